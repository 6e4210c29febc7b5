"""What is done to the HTML of a page."""

from __future__ import annotations

from handbook.html import lines_ended, pictures_open


def test_a_flag_in_a_sentence_is_kept_whole_and_reads_as_before():
    assert lines_ended("<td><code>--smooth 2 --no-keep-cut</code></td>") == (
        '<td><code><span class="whole">--smooth</span> 2 <span class="whole">--no-keep-cut</span></code></td>'
    )


def test_code_of_a_block_and_dashes_that_are_no_flag_stay():
    for html in ("<pre><code>napari-unet\n--help</code></pre>", "<p>a -- b --c</p>", "<code>a--b</code>"):
        assert lines_ended(html) == html


def test_a_long_name_may_break_at_its_joints_and_a_short_one_stays_whole():
    assert lines_ended("<code>tests/core/test_a.py::test_that_it_holds</code>") == (
        "<code>tests/<wbr>core/<wbr>test_<wbr>a.py::<wbr>test_<wbr>that_<wbr>it_<wbr>holds</code>"
    )
    assert lines_ended("<code>NAME_measurements.csv</code>") == "<code>NAME_measurements.csv</code>"


def test_a_photograph_opens_in_full_size_and_a_drawing_does_not():
    assert pictures_open('<p><img alt="a window" src="../images/window.png" /></p>') == (
        '<p><a class="picture" href="../images/window.png" title="Open in full size">'
        '<img alt="a window" src="../images/window.png" /></a></p>'
    )
    assert pictures_open('<img alt="" src="a.svg" />') == '<img alt="" src="a.svg" />'
