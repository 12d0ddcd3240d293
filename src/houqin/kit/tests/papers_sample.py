"""A summary as a school writes it, with one of everything a paper can hold."""

from datetime import date

from houqin.kit.papers import Paper, Paragraph, Run, Section, Table

SUMMARY = Paper(
    title="陽光市第一實驗小學關於2019年上半年學校總務後勤工作的總結",
    addressee="校長室：",
    sections=(
        Section("", (Paragraph.of("現將上半年工作總結如下："),)),
        Section(
            "一、改善教育教學環境",
            (
                Paragraph.of("（一）維修", level=2),
                Paragraph.of("1.校舍", level=3),
                Paragraph.of("（1）北校區", level=4),
                Paragraph(
                    (
                        Run("本學期共更換燈管"),
                        Run("80餘次", figure="repairs.lamps"),
                        Run("，及時率"),
                        Run("〔待補〕", figure="repairs.on_time", gap=True),
                        Run("。"),
                    )
                ),
            ),
        ),
    ),
    signature="總務處",
    signed_on=date(2019, 7, 5),
    attachments=("維修登記一覽表。", "安全排查統計表"),
    footer="登記鏈首 3f8a1c5e",
    appendix=(
        Table(
            "維修登記一覽表",
            ("日期", "項目", "數量"),
            (("2019年3月1日", "更換燈管", "12"), ("2019年4月2日", "修門", "3")),
        ),
        Table("安全排查小計", ("校區", "整改率"), (("南校區", "92.9%"),)),
    ),
)
