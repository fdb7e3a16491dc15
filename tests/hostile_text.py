"""Forty texts that would do something in a page that took them for HTML, Markdown or a template."""

SCRIPT = "window.PWN=1"
OUTSIDE = "http://pwn.invalid"

HTML = (
    f"<script>{SCRIPT}</script>",
    f"</script><script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f'"><img src=x onerror="{SCRIPT}">',
    f"'><svg onload={SCRIPT}>",
    f"<svg><animate onbegin={SCRIPT} attributeName=x dur=1s>",
    f'<iframe srcdoc="<script>parent.{SCRIPT}</script>"></iframe>',
    f"<iframe src=javascript:parent.{SCRIPT}></iframe>",
    f"<details open ontoggle={SCRIPT}>x</details>",
    f"<body onload={SCRIPT}>",
    f"<input autofocus onfocus={SCRIPT}>",
    f"<video><source onerror={SCRIPT}></video>",
    f"<math><mtext></mtext><mglyph><style><img src=x onerror={SCRIPT}></style></mglyph></math>",
    f"<style>@import '{OUTSIDE}/a.css';</style>",
    f"<link rel=stylesheet href={OUTSIDE}/b.css>",
    f"<base href={OUTSIDE}/>",
    f"<meta http-equiv=refresh content='0;url={OUTSIDE}/c'>",
    f"<form action={OUTSIDE}/d><button>Sign in again</button></form>",
    f"<object data={OUTSIDE}/e></object><embed src={OUTSIDE}/f>",
    f'<a href="javascript:{SCRIPT}">press</a>',
    f"<div style='position:fixed;inset:0;background:url({OUTSIDE}/g)'>all is lost</div>",
    f"&lt;img src=x onerror={SCRIPT}&gt;",
    f"<!--><img src=x onerror={SCRIPT}>-->",
    f"<plaintext><xmp><noscript><img src=x onerror={SCRIPT}>",
)
MARKDOWN = (
    f"![x]({OUTSIDE}/h.png)",
    f"[![x]({OUTSIDE}/i.png)]({OUTSIDE}/j)",
    f"[press](javascript:{SCRIPT})",
    "[press](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuUFdOPTE8L3NjcmlwdD4=)",
    f"![x][r]\n\n[r]: {OUTSIDE}/k.png",
    f"<{OUTSIDE}/l> {OUTSIDE}/m www.pwn.invalid",
    "# big\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "```\ncode\n``` `tick` **bold** :red[red] :material/home: $\\href{javascript:1}{x}$",
    ":streamlit: :red-badge[done] &nbsp; ~~gone~~ <br>",
    f"$$\\includegraphics{{{OUTSIDE}/n.png}}$$ \\(x\\)",
)
TEMPLATES = (
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> %{7*7} {0.__class__}",
    "%{x} %{customdata} <extra></extra> <b>bold</b><br><a href='javascript:window.PWN=1'>x</a>",
    "\u202egnp.evil\u202c \u200f\u2066right\u2069 to left",
    "a\u0007b \u001b[31mred \u2028line\ufeff",
    "constructor __proto__ toString",
    "=cmd|'/C calc'!A0",
)
HOSTILE_TEXTS = (*HTML, *MARKDOWN, *TEMPLATES)
