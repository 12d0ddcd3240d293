from dataclasses import replace

from houqin.kit.papers import Paper, Paragraph, Run, Section, Table
from houqin.kit.papers.html import write_html
from houqin.kit.papers.markdown import write_markdown
from houqin.kit.tests.papers_sample import SUMMARY


def link(name):
    return f"/figures/{name}?from=2019-02-01&to=2019-07-31"


def test_the_page_says_everything_with_meaning_and_opens_every_figure():
    assert (
        write_html(SUMMARY, link=link)
        == """\
<article class="paper" lang="zh-TW">
<h1>陽光市第一實驗小學關於2019年上半年學校總務後勤工作的總結</h1>
<p class="addressee">校長室：</p>
<section>
<p>現將上半年工作總結如下：</p>
</section>
<section>
<h2>一、改善教育教學環境</h2>
<h3>（一）維修</h3>
<h4>1.校舍</h4>
<h5>（1）北校區</h5>
<p>本學期共更換燈管<a class="figure" data-figure="repairs.lamps" \
href="/figures/repairs.lamps?from=2019-02-01&amp;to=2019-07-31">80餘次</a>，及時率<a class="figure" \
data-figure="repairs.on_time" href="/figures/repairs.on_time?from=2019-02-01&amp;to=2019-07-31">\
<mark class="gap">〔待補〕</mark></a>。</p>
</section>
<ul class="attachments"><li>附件：1.維修登記一覽表</li><li>2.安全排查統計表</li></ul>
<p class="signature">總務處<br><time datetime="2019-07-05">2019年7月5日</time></p>
<p class="chain"><small>登記鏈首 3f8a1c5e</small></p>
<table>
<caption>維修登記一覽表</caption>
<thead><tr><th scope="col">日期</th><th scope="col">項目</th><th scope="col">數量</th></tr></thead>
<tbody>
<tr><td>2019年3月1日</td><td>更換燈管</td><td>12</td></tr>
<tr><td>2019年4月2日</td><td>修門</td><td>3</td></tr>
</tbody>
</table>
<table>
<caption>安全排查小計</caption>
<thead><tr><th scope="col">校區</th><th scope="col">整改率</th></tr></thead>
<tbody>
<tr><td>南校區</td><td>92.9%</td></tr>
</tbody>
</table>
</article>"""
    )


def test_nothing_a_person_typed_becomes_html():
    typed = """<script>alert('1')</script>"&"""
    paper = Paper(
        typed,
        addressee=typed,
        sections=(Section(typed, (Paragraph((Run(typed, figure=typed, gap=True),)),)),),
        signature=typed,
        attachments=(typed,),
        footer=typed,
        appendix=(Table(typed, (typed,), ((typed,),)),),
    )
    html = write_html(paper, link=lambda name: name)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;") == 12


def test_headings_go_on_from_the_level_of_the_page():
    html = write_html(SUMMARY, link=link, top=2)
    assert "<h2>陽光市" in html
    assert "<h3>一、" in html
    assert "<h6>（1）北校區</h6>" in html


def test_a_draft_has_no_machine_readable_date():
    assert "<time" not in write_html(replace(SUMMARY, signed_on=None), link=link)


def test_markdown_says_the_same():
    assert (
        write_markdown(SUMMARY)
        == """\
# 陽光市第一實驗小學關於2019年上半年學校總務後勤工作的總結

校長室：

現將上半年工作總結如下：

## 一、改善教育教學環境

### （一）維修

#### 1.校舍

##### （1）北校區

本學期共更換燈管80餘次，及時率<mark>〔待補〕</mark>。

附件：1.維修登記一覽表\\
2.安全排查統計表

總務處\\
2019年7月5日

---

登記鏈首 3f8a1c5e

**維修登記一覽表**

| 日期 | 項目 | 數量 |
| --- | --- | --- |
| 2019年3月1日 | 更換燈管 | 12 |
| 2019年4月2日 | 修門 | 3 |

**安全排查小計**

| 校區 | 整改率 |
| --- | --- |
| 南校區 | 92.9% |
"""
    )


def test_markdown_leaves_no_markup_in_what_people_typed():
    paper = Paper("*粗*", sections=(Section("", (Paragraph.of("1. 修<b>門</b>"), Paragraph.of("- a|b_c"))),))
    assert write_markdown(paper) == "# \\*粗\\*\n\n1\\. 修\\<b\\>門\\</b\\>\n\n\\- a\\|b\\_c\n"
