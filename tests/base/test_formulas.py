"""Formulas that people write, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whoknows.base.formulas import in_letters, with_formulas
from whoknows.base.markup import render_markdown, snippet


def test_a_formula_is_drawn_and_can_be_reached_if_it_is_wide() -> None:
    html = render_markdown(r"So $|\psi\rangle$ is" + "\n\n$$\\frac{1}{2}$$\n")

    assert '<math display="inline">' in html
    assert "ψ" in html
    assert '<math display="block">' in html
    assert "<mfrac>" in html
    assert "tabindex" not in html
    wide = render_markdown(r"$\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$")
    assert '<span class="formula" tabindex="0"><math' in wide


@pytest.mark.parametrize(
    "text", ["It costs $5 and $10.", "US$ 3 or $ 4", r"\$a\$", "`$x$`", "one $ sign", "$$", "a$b$1"]
)
def test_prices_and_code_are_no_formulas(text: str) -> None:
    assert "<math" not in render_markdown(text)


def test_what_is_no_latex_stays_as_it_was_written() -> None:
    assert "<code>\\frac{</code>" in render_markdown(r"See $\frac{$ here")
    assert "<code>" in render_markdown("$" + "{" * 1900 + "$")


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"<script>alert(1)</script>",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{menu}{x}",
        r"\text{</math><style>*{display:none}</style>}",
    ],
)
def test_nothing_in_a_formula_can_run_or_cover_the_page(latex: str) -> None:
    for html in (render_markdown(f"${latex}$"), with_formulas(f"${latex}$")):
        for bad in ("<img", "<script", "<style", "href=", "style=", 'class="menu'):
            assert bad not in html


def test_titles_are_drawn_and_snippets_say_it_in_letters() -> None:
    assert "<mi>ψ</mi>" in with_formulas(r"What is $\psi$ & why?")
    assert "&amp; why?" in with_formulas(r"What is $\psi$ & why?")
    assert "<math" not in with_formulas(f"${'x+' * 30}x$")
    assert with_formulas("<b>$5</b>") == "&lt;b&gt;$5&lt;/b&gt;"
    assert in_letters(r"$\frac{1}{\sqrt{2}}$ of $x_1$") == "1/2 of x_1"
    assert in_letters(r"So $$ \psi $$ it is") == "So ψ it is"
    assert "\\" not in in_letters(r"The space $H\_A$")
    assert snippet(r"Then $|0\rangle$ flips.", words=set()) == "Then |0⟩ flips."


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        # As imported texts have it: each backslash before a sign has one before it.
        (r"\begin{pmatrix} 1 \\\ 0 \end{pmatrix}", r"\begin{pmatrix} 1 \\ 0 \end{pmatrix}"),
        (r"\begin{pmatrix}a&b\\\\-b&a\end{pmatrix}", r"\begin{pmatrix}a&b\\-b&a\end{pmatrix}"),
        (r"\begin{pmatrix}a\\\b\end{pmatrix}", r"\begin{pmatrix}a\\b\end{pmatrix}"),
        (r"\begin{matrix}0\\\\\sqrt{t}\end{matrix}", r"\begin{matrix}0\\\sqrt{t}\end{matrix}"),
        (r"\\{0,1\\}^n", r"\{0,1\}^n"),
        (r"0.2\\%", r"0.2\%"),
        (r"m\<n", r"m<n"),
    ],
)
def test_what_was_escaped_on_its_way_in_is_drawn_as_it_was_meant(stored: str, meant: str) -> None:
    assert with_formulas(f"${stored}$") == with_formulas(f"${meant}$")
    assert "\u00a0" not in with_formulas(f"${stored}$")
    assert "<code>" not in with_formulas(f"${stored}$")


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        (r"\begin{matrix}a\\b\end{matrix}", "<mtr><mtd><mi>b</mi>"),
        (r"\begin{align}a&=b\\&=c\end{align}", "</mtr><mtr>"),
        (r"\{x\} \\ y", "{</mo><mi>x</mi>"),
        (r"1\ \mathrm{Hz}", "<mtext>&nbsp;</mtext>"),
    ],
)
def test_what_a_person_wrote_stays_as_it_is(written: str, drawn: str) -> None:
    assert drawn in render_markdown(f"${written}$").replace("\n", "")


def test_a_snippet_cuts_no_formula_in_two() -> None:
    before = "measurement operators that satisfy a relation"
    formula = r"$$ \sum_i P_i = \mathbb{I} $$"

    shown = [
        snippet(f"{before} {formula} and so on {before}", words={"relation"}, width=width)
        for width in range(30, 120)
    ]

    assert not any("$" in told or "\\" in told for told in shown)
    assert "∑_iP_i=" in shown[-1]


def test_a_snippet_leaves_out_a_formula_that_is_too_long_for_it() -> None:
    formula = "$y = " + " + ".join(rf"\lambda_{{{n}}} x^{n}" for n in range(20)) + "$"
    after = "is the polynomial that is fitted to what the gauge shows"

    assert snippet(f"{formula} {after}", words={"gauge"}, width=70) == f"… {after}"
    assert snippet(f"{formula} {after}", words=set(), width=40).startswith("… is the polynomial")
    assert snippet(f"{after} {formula}", words={"fitted"}, width=70) == f"{after} …"


def test_a_formula_that_is_long_only_in_its_signs_is_in_the_snippet() -> None:
    formula = r"$\mathrm{\lambda} + \mathrm{\psi} + \mathrm{\lambda}$"

    assert snippet(f"{formula} is the sum", words=set(), width=30) == "λ+ψ+λ is the sum"


def test_room_in_a_formula_is_kept_in_letters() -> None:
    assert in_letters(r"At $1\ \mathrm{Hz}$") == "At 1 Hz"


@given(st.text(alphabet=r"\{}[]^_&$ abfrcsqtleghi12", max_size=60))
def test_any_words_can_be_shown(text: str) -> None:
    assert isinstance(in_letters(f"${text}$"), str)
    assert "<script" not in render_markdown(f"${text}$")
