from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kit.dates import parse_date, parse_duration, parse_moment, parse_time
from houqin.kit.periods import Period

MARCH_5 = date(2019, 3, 5)
S3 = Period(date(2018, 7, 10), date(2019, 1, 20))


@pytest.mark.parametrize(
    "value",
    [
        MARCH_5,
        datetime(2019, 3, 5, 10, 11),
        datetime(2019, 3, 4, 16, 0, tzinfo=UTC),
        "2019-03-05",
        "2019-3-5",
        "2019.3.5",
        "2019.03.05",
        "2019。3。5",
        "2019/3/5",
        "2019–3–5",
        "２０１９－０３－０５",
        "２０１９．３．５",
        "2019年3月5日",
        "2019年03月05日",
        "2019 年 3 月 5 日",
        "2019年3月5號",
        "2019年3月5号",
        "2019年3月5",
        "２０１９年３月５日",
        "二〇一九年三月五日",
        "二零一九年三月五日",
        "20190305",
        20190305,
        20190305.0,
        43529,
        43529.0,
        43529.4,
        "43529",
        Decimal(43529),
        "民國108年3月5日",
        "民国108年3月5日",
        "中華民國一百零八年三月五日",
        "民國一〇八年三月五日",
        "民國108.3.5",
        "民國 108/3/5",
        "2019年3月5日（星期二）",
        "2019-03-05 星期二",
        "2019年3月5日(周二)",
        "2019年3月5日 週二 10:11",
        "2019-03-05 10:11",
        "2019-03-05T10:11:00",
        "2019-03-05T10:11:00+08:00",
        "2019-03-04T16:00:00Z",
        "2019年3月5日上午9:30",
        " 2019-03-05\u3000",
    ],
)
def test_one_day_in_every_way_a_school_writes_it(value):
    assert parse_date(value) == MARCH_5


@pytest.mark.parametrize(
    ("value", "expected"),
    [(41829, date(2018, 7, 10)), (20000, date(1958, 10, 4)), (42067, MARCH_5)],
)
def test_serials_of_the_old_mac_system_are_four_years_later(value, expected):
    assert parse_date(value, epoch1904=True) == expected


def test_serials_are_read_between_20000_and_80000_only():
    assert parse_date(20000) == date(1954, 10, 3)
    assert parse_date(80000) == date(2119, 1, 11)
    for serial in (19999, 80001, 0, 5, -43529):
        with pytest.raises(ValueError) as refusal:
            parse_date(serial)
        assert str(refusal.value) == f"「{serial}」不是日期，請寫成 2019-03-05。"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7月10日", date(2018, 7, 10)),
        ("12月31日", date(2018, 12, 31)),
        ("1月20日", date(2019, 1, 20)),
        ("十月十六日", date(2018, 10, 16)),
        ("１月１６日（星期三）", date(2019, 1, 16)),
    ],
)
def test_a_day_without_a_year_takes_the_one_that_lies_in_the_period(value, expected):
    assert parse_date(value, period=S3) == expected


@pytest.mark.parametrize("value", ["7月9日", "1月21日", "2月29日"])
def test_a_day_without_a_year_outside_the_period_is_refused(value):
    with pytest.raises(ValueError) as refusal:
        parse_date(value, period=S3, year_hint=2018)
    assert str(refusal.value) == f"「{value}」不在這段期間之內，請把年份寫全，例如 2019-03-05。"


def test_a_day_that_lies_twice_in_the_period_is_refused_unless_the_hint_decides():
    two_years = Period(date(2018, 1, 1), date(2019, 12, 31))
    with pytest.raises(ValueError, match="^「3月5日」在這段期間內不止一天，請把年份寫全，例如 2019-03-05。$"):
        parse_date("3月5日", period=two_years)
    assert parse_date("3月5日", period=two_years, year_hint=2019) == MARCH_5
    assert parse_date("2月29日", period=Period(date(2019, 1, 1), date(2020, 12, 31))) == date(2020, 2, 29)


def test_the_hint_stands_for_the_period_where_there_is_none():
    assert parse_date("3月5日", year_hint=2019) == MARCH_5
    with pytest.raises(ValueError, match="^沒有 2019年2月29日 這一天，請檢查月和日。$"):
        parse_date("2月29日", year_hint=2019)


def test_a_written_year_counts_though_it_lies_outside_the_period():
    assert parse_date("2017-07-10", period=S3) == date(2017, 7, 10)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "日期是空的，請寫成 2019-03-05。"),
        (None, "日期是空的，請寫成 2019-03-05。"),
        ("　", "日期是空的，請寫成 2019-03-05。"),
        ("3/5/2019", "分不清「3/5/2019」哪個是月、哪個是日，請寫成 2019-03-05。"),
        ("25.12.2019", "分不清「25.12.2019」哪個是月、哪個是日，請寫成 2019-03-05。"),
        ("18-07-10", "「18-07-10」的年份只有兩位數，請把年份寫全，例如 2019-03-05。"),
        ("18.7.10", "「18.7.10」的年份只有兩位數，請把年份寫全，例如 2019-03-05。"),
        ("3/5/19", "「3/5/19」的年份只有兩位數，請把年份寫全，例如 2019-03-05。"),
        ("19年3月5日", "「19年3月5日」的年份只有兩位數，請把年份寫全，例如 2019-03-05。"),
        ("一九年三月五日", "「一九年三月五日」的年份只有兩位數，請把年份寫全，例如 2019-03-05。"),
        ("108.3.5", "「108.3.5」的年份只有三位數；若是民國紀年，請寫成 民國108年3月5日。"),
        ("108年3月5日", "「108年3月5日」的年份只有三位數；若是民國紀年，請寫成 民國108年3月5日。"),
        ("2019年3月", "「2019年3月」沒有寫哪一天，請寫成 2019-03-05。"),
        ("2019-03", "「2019-03」沒有寫哪一天，請寫成 2019-03-05。"),
        ("2019", "「2019」沒有寫哪一天，請寫成 2019-03-05。"),
        ("民國108年", "「民國108年」沒有寫哪一天，請寫成 2019-03-05。"),
        ("3月5日", "「3月5日」沒有年份，請寫成 2019-03-05。"),
        ("3/5", "「3/5」沒有年份，也分不清月和日，請寫成 2019-03-05 或 3月5日。"),
        ("10:11", "「10:11」只有時間，沒有日期，請寫成 2019-03-05 10:11。"),
        (time(10, 11), "「10:11:00」只有時間，沒有日期，請寫成 2019-03-05 10:11。"),
        ("2019-02-29", "沒有 2019年2月29日 這一天，請檢查月和日。"),
        ("2019-13-05", "沒有 2019年13月5日 這一天，請檢查月和日。"),
        ("20190431", "沒有 2019年4月31日 這一天，請檢查月和日。"),
        (20191301, "沒有 2019年13月1日 這一天，請檢查月和日。"),
        ("1899-12-31", "年份 1899 不合理，請檢查，例如寫成 2019-03-05。"),
        ("2200-01-01", "年份 2200 不合理，請檢查，例如寫成 2019-03-05。"),
        (date(19, 3, 5), "年份 19 不合理，請檢查，例如寫成 2019-03-05。"),
        ("2019-3/5", "看不懂日期「2019-3/5」，請寫成 2019-03-05。"),
        ("2019-03-123", "看不懂日期「2019-03-123」，請寫成 2019-03-05。"),
        ("2019-03-0510:11", "看不懂日期「2019-03-0510:11」，請寫成 2019-03-05。"),
        ("2019.3.5.6", "看不懂日期「2019.3.5.6」，請寫成 2019-03-05。"),
        ("Mar 5, 2019", "看不懂日期「Mar 5, 2019」，請寫成 2019-03-05。"),
        ("昨天", "看不懂日期「昨天」，請寫成 2019-03-05。"),
        ("x年x月", "看不懂日期「x年x月」，請寫成 2019-03-05。"),
        ("x" * 50, f"看不懂日期「{'x' * 40}…」，請寫成 2019-03-05。"),
        ("2019-03-05T25:00", "看不懂日期「2019-03-05T25:00」，請寫成 2019-03-05。"),
        ("2019-03-05 至 2019-03-08", "看不懂時間「至 2019-03-08」，請寫成 9:36。"),
        ("2019-03-05 25:00", "沒有「25:00」這個時刻，請寫在 0:00 至 23:59 之間。"),
        (True, "看不懂日期「True」，請寫成 2019-03-05。"),
        (float("nan"), "看不懂日期「nan」，請寫成 2019-03-05。"),
        (10**400, f"「1{'0' * 39}…」不是日期，請寫成 2019-03-05。"),
        (2019.3, "「2019.3」不是日期，請寫成 2019-03-05。"),
        ([], "看不懂日期「[]」，請寫成 2019-03-05。"),
    ],
)
def test_a_day_in_doubt_is_refused_with_what_to_write(value, sentence):
    with pytest.raises(ValueError) as refusal:
        parse_date(value)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018-07-10 10:11", (date(2018, 7, 10), time(10, 11))),
        ("2018/7/10 9:36:05", (date(2018, 7, 10), time(9, 36, 5))),
        ("2018年7月10日 上午9:30", (date(2018, 7, 10), time(9, 30))),
        ("2018年7月10日9點30分", (date(2018, 7, 10), time(9, 30))),
        ("2018年7月10日星期一十點", (date(2018, 7, 10), time(10))),
        ("20180710 1011", None),
        ("2018-07-10", (date(2018, 7, 10), None)),
        ("2018-07-10 00:00", (date(2018, 7, 10), time(0, 0))),
        ("2018-07-10T00:00:00", (date(2018, 7, 10), time(0, 0))),
        ("2018-07-10T02:11:00Z", (date(2018, 7, 10), time(10, 11))),
        (datetime(2018, 7, 10, 10, 11), (date(2018, 7, 10), time(10, 11))),
        (datetime(2018, 7, 10), (date(2018, 7, 10), None)),
        (datetime(2018, 7, 9, 16, 0, tzinfo=UTC), (date(2018, 7, 10), time(0, 0))),
        (datetime(2018, 7, 10, 10, 10, 59, 999_999), (date(2018, 7, 10), time(10, 11))),
        (43291, (date(2018, 7, 10), None)),
        (43291.5, (date(2018, 7, 10), time(12, 0))),
        (43291.42430555556, (date(2018, 7, 10), time(10, 11))),
        ("43291.5", (date(2018, 7, 10), time(12, 0))),
    ],
)
def test_a_moment_is_a_day_and_the_time_where_it_is_told(value, expected):
    if expected is None:
        with pytest.raises(ValueError, match="^看不懂時間「1011」，請寫成 9:36。$"):
            parse_moment(value)
    else:
        assert parse_moment(value) == expected


@pytest.mark.parametrize(
    "value", ["10:35", "上午10:35", "10點35分", time(10, 35), Decimal(635) / 1440, timedelta(hours=10, minutes=35)]
)
def test_a_time_alone_takes_the_day_of_its_row(value):
    assert parse_moment(value, on=MARCH_5) == (MARCH_5, time(10, 35))


def test_a_day_of_its_own_counts_more_than_the_day_of_the_row():
    assert parse_moment("2018-07-10 10:35", on=MARCH_5) == (date(2018, 7, 10), time(10, 35))
    assert parse_moment(43291.5, on=MARCH_5) == (date(2018, 7, 10), time(12, 0))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)), st.times())
def test_every_day_is_read_in_every_style(day, clock_time):
    clock_time = clock_time.replace(microsecond=0)
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.year}.{day.month}.{day.day}") == day
    assert parse_date(f"{day.year}/{day.month}/{day.day}") == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(day.year * 10_000 + day.month * 100 + day.day) == day
    assert parse_date(f"{day.month}月{day.day}日", year_hint=day.year) == day
    if day.year > 1911:
        assert parse_date(f"民國{day.year - 1911}年{day.month}月{day.day}日") == day
    assert parse_moment(f"{day.isoformat()} {clock_time.isoformat()}") == (day, clock_time)


@given(st.integers(20_000, 79_999), st.integers(0, 86_399))
def test_every_second_of_a_spreadsheet_is_read_to_the_second(serial, second):
    day = date(1899, 12, 30) + timedelta(days=serial)
    clock_time = time(second // 3_600, second // 60 % 60, second % 60)
    assert parse_moment(serial + second / 86_400) == (day, clock_time if second else None)
    assert parse_time(second / 86_400) == clock_time


@given(st.text(max_size=45))
def test_any_text_is_a_day_a_time_a_duration_or_refused_with_a_sentence(text):
    for parse in (parse_date, parse_time, parse_duration):
        try:
            parse(text)
        except ValueError as refusal:
            assert str(refusal).endswith("。")


@given(st.text(alphabet="0123456789年月日-./: 上午下點分秒時半民國三十〇′″'", max_size=16))
def test_near_misses_are_refused_with_a_sentence(text):
    for parse in (parse_date, parse_time, parse_duration):
        try:
            parse(text)
        except ValueError as refusal:
            assert str(refusal).endswith("。")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9:36", time(9, 36)),
        ("09:36", time(9, 36)),
        ("9：36", time(9, 36)),
        ("９：３６", time(9, 36)),
        ("9:36:05", time(9, 36, 5)),
        ("9:36:05.250", time(9, 36, 5)),
        ("23:59:59", time(23, 59, 59)),
        ("0:00", time(0, 0)),
        ("上午9:30", time(9, 30)),
        ("上午 9:30", time(9, 30)),
        ("早上7:05", time(7, 5)),
        ("下午3:05", time(15, 5)),
        ("下午15:05", time(15, 5)),
        ("下午12:05", time(12, 5)),
        ("中午12:05", time(12, 5)),
        ("中午1點", time(13, 0)),
        ("晚上8點", time(20, 0)),
        ("凌晨12:30", time(0, 30)),
        ("凌晨3點", time(3, 0)),
        ("9點30分", time(9, 30)),
        ("9点30分", time(9, 30)),
        ("9時30分", time(9, 30)),
        ("9時30分15秒", time(9, 30, 15)),
        ("9點30", time(9, 30)),
        ("9點", time(9, 0)),
        ("9點整", time(9, 0)),
        ("9點鐘", time(9, 0)),
        ("9點半", time(9, 30)),
        ("九點半", time(9, 30)),
        ("兩點一刻", time(2, 15)),
        ("兩點三刻", time(2, 45)),
        ("上午十點三十五分", time(10, 35)),
        ("9:30 AM", time(9, 30)),
        ("9:30 p.m.", time(21, 30)),
        ("12:30 AM", time(0, 30)),
        ("12:30 PM", time(12, 30)),
        (0.4, time(9, 36)),
        (0.0, time(0, 0)),
        (0, time(0, 0)),
        (0.999999, time(23, 59, 59)),
        (43291.5, time(12, 0)),
        (time(9, 36, 5, 999), time(9, 36, 5)),
        (datetime(2018, 7, 10, 9, 36), time(9, 36)),
        (datetime(2018, 7, 10), time(0, 0)),
        (timedelta(hours=9, minutes=36), time(9, 36)),
    ],
)
def test_a_time_is_read_as_people_write_it(value, expected):
    assert parse_time(value) == expected


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "時間是空的，請寫成 9:36。"),
        (None, "時間是空的，請寫成 9:36。"),
        ("24:00", "沒有「24:00」這個時刻，請寫在 0:00 至 23:59 之間。"),
        ("9:60", "沒有「9:60」這個時刻，請寫在 0:00 至 23:59 之間。"),
        ("上午12:30", "分不清「上午12:30」是幾點，請按二十四小時制寫，例如 12:30 或 0:30。"),
        ("晚上12點", "分不清「晚上12點」是幾點，請按二十四小時制寫，例如 12:30 或 0:30。"),
        ("上午15:00", "分不清「上午15:00」是幾點，請按二十四小時制寫，例如 12:30 或 0:30。"),
        ("上午9:30 PM", "看不懂時間「上午9:30 PM」，請寫成 9:36。"),
        ("9.30", "看不懂時間「9.30」，請寫成 9:36。"),
        ("0930", "看不懂時間「0930」，請寫成 9:36。"),
        ("9:3", "看不懂時間「9:3」，請寫成 9:36。"),
        ("9點3", "看不懂時間「9點3」，請寫成 9:36。"),
        ("1十點", "看不懂時間「1十點」，請寫成 9:36。"),
        ("9", "看不懂時間「9」，請寫成 9:36。"),
        ("10:10 13900000000", "看不懂時間「10:10 13900000000」，請寫成 9:36。"),
        ("放學後", "看不懂時間「放學後」，請寫成 9:36。"),
        (9, "看不懂時間「9」，請寫成 9:36。"),
        (9.5, "看不懂時間「9.5」，請寫成 9:36。"),
        (-0.1, "看不懂時間「-0.1」，請寫成 9:36。"),
        (False, "看不懂時間「False」，請寫成 9:36。"),
    ],
)
def test_a_time_in_doubt_is_refused_with_what_to_write(value, sentence):
    with pytest.raises(ValueError) as refusal:
        parse_time(value)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3分28秒", 208),
        ("3 分 28 秒", 208),
        ("３分２８秒", 208),
        ("三分二十八秒", 208),
        ("2分3秒", 123),
        ("3:28", 208),
        ("3：28", 208),
        ("1:03:28", 3_808),
        ("90:00", 5_400),
        ("208秒", 208),
        ("208秒鐘", 208),
        ("208s", 208),
        ("3′28″", 208),
        ("3'28\"", 208),
        ("3’28”", 208),
        ("3'28''", 208),
        ("20分鐘", 1_200),
        ("20分钟", 1_200),
        ("20 min", 1_200),
        ("90分鐘", 5_400),
        ("1小時20分", 4_800),
        ("1小時20分鐘5秒", 4_805),
        ("兩小時", 7_200),
        ("3個小時", 10_800),
        ("半小時", 1_800),
        ("半個小時", 1_800),
        ("半分鐘", 30),
        ("1個半小時", 5_400),
        ("一個半小時", 5_400),
        ("1小時半", 5_400),
        ("2分半", 150),
        ("2分半鐘", 150),
        ("一刻鐘", 900),
        ("1.5小時", 5_400),
        ("0.5分鐘", 30),
        ("0秒", 0),
        (time(0, 3, 28), 208),
        (timedelta(minutes=3, seconds=28), 208),
        (timedelta(hours=30), 108_000),
    ],
)
def test_a_duration_is_read_as_people_write_it(value, seconds):
    assert parse_duration(value) == seconds


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        (20.0, "minute", 1_200),
        (20, "second", 20),
        ("20", "minute", 1_200),
        ("２０", "minute", 1_200),
        ("1.5", "hour", 5_400),
        (1.5, "minute", 90),
        ("3分28秒", "minute", 208),
    ],
)
def test_a_bare_number_takes_the_unit_of_its_column(value, unit, seconds):
    assert parse_duration(value, unit=unit) == seconds


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "時長是空的，請寫成 3分28秒。"),
        (None, "時長是空的，請寫成 3分28秒。"),
        ("20", "時長「20」沒有單位，請寫成 3分28秒 或 20分鐘。"),
        (20, "時長「20」沒有單位，請寫成 3分28秒 或 20分鐘。"),
        ("3分75秒", "時長「3分75秒」的分或秒超過 59，請檢查。"),
        ("1小時75分", "時長「1小時75分」的分或秒超過 59，請檢查。"),
        ("3:75", "時長「3:75」的分或秒超過 59，請檢查。"),
        ("1.55秒", "時長「1.55秒」不是整秒，請寫成 3分28秒。"),
        ("9999小時", "時長「9999小時」不合理，請檢查數字和單位。"),
        (timedelta(seconds=-1), "時長「-1 day, 23:59:59」不合理，請檢查數字和單位。"),
        ("約3分", "看不懂時長「約3分」，請寫成 3分28秒 或 20分鐘。"),
        ("52十三時", "看不懂時長「52十三時」，請寫成 3分28秒 或 20分鐘。"),
        ("28秒3分", "看不懂時長「28秒3分」，請寫成 3分28秒 或 20分鐘。"),
        ("很快", "看不懂時長「很快」，請寫成 3分28秒 或 20分鐘。"),
        (float("inf"), "看不懂時長「inf」，請寫成 3分28秒 或 20分鐘。"),
        (True, "看不懂時長「True」，請寫成 3分28秒 或 20分鐘。"),
    ],
)
def test_a_duration_in_doubt_is_refused_with_what_to_write(value, sentence):
    with pytest.raises(ValueError) as refusal:
        parse_duration(value)
    assert str(refusal.value) == sentence


def test_an_unknown_unit_is_a_mistake_of_the_programmer():
    with pytest.raises(TypeError):
        parse_duration(20, unit="day")


@given(st.integers(0, 359_999))
def test_every_duration_is_read_back(seconds):
    minutes, rest = divmod(seconds, 60)
    assert parse_duration(f"{minutes}分{rest}秒") == seconds
    assert parse_duration(f"{minutes // 60}小時{minutes % 60}分{rest}秒") == seconds
    assert parse_duration(f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}") == seconds
