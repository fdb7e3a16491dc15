from mll_core.infra.html import Markup, details, join, stacked, table, tag, text

EVIL = "<script>alert('x')</script>\"&"


def test_text_is_always_escaped_and_markup_never_twice() -> None:
    assert text(EVIL) == "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;"
    assert text(tag("b", EVIL)) == tag("b", EVIL)
    assert "<script" not in join([EVIL, tag("p", EVIL), None])


def test_attributes_are_escaped_and_named_as_html_names_them() -> None:
    made = tag("td", 1, class_="a", aria_label=EVIL, hidden=True, title=None, open=False)
    assert made.startswith('<td class="a" aria-label="&lt;script')
    assert made.endswith('" hidden>1</td>')
    assert tag("meta", name="viewport") == '<meta name="viewport">'


def test_a_table_escapes_its_cells_and_puts_numbers_to_the_right() -> None:
    made = table(("Name", "Share"), [(EVIL, "12.5 %"), (Markup("<b>b</b>"), "-1")], EVIL)
    assert "<script" not in made
    assert made.count('<td class="number">') == 2
    assert '<th scope="col" class="number">Share</th>' in made
    assert "<td><b>b</b></td>" in made
    assert 'class="number"' in table(("n",), [(stacked("1", "0 to 2"),)])


def test_an_empty_table_has_its_head() -> None:
    assert "<th" in table(("A", "B"), [])
    assert details("more", "text") == "<details><summary>more</summary>text</details>"
