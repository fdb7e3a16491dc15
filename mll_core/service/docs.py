"""The page at /docs: made from the OpenAPI description alone, nothing loaded from another host."""

from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 720px; margin: 2rem auto; padding: 0 1rem;
       color-scheme: light dark; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; border: 1px solid #8888; border-radius: 6px; padding: .75rem; }
h2 { border-top: 1px solid #8888; padding-top: 1rem; font-size: 1rem; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

_CURL = """curl -X POST {base}/v1/{name}/predict \\
  -H 'Content-Type: application/json' -H 'Authorization: Bearer TOKEN' \\
  -d '{{"records": [...], "explain": false}}'"""


def page(openapi: dict[str, Any], base: str, deployments: tuple[str, ...]) -> str:
    """The HTML page; every text in it is escaped."""
    name = deployments[0] if deployments else "DEPLOYMENT"
    parts = [
        f"<h1>{escape(openapi['info']['title'])}</h1>",
        f"<p>{escape(openapi['info']['description'])}</p>",
        "<p>Machine-readable: <a href='/openapi.json'>openapi.json</a>.</p>",
        f"<pre>{escape(_CURL.format(base=base, name=name))}</pre>",
    ]
    for path, methods in openapi["paths"].items():
        for method, about in methods.items():
            parts.append(f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>")
            parts.append(f"<p>{escape(about.get('description') or about.get('summary', ''))}</p>")
            for status, answer in about.get("responses", {}).items():
                text = escape(answer.get("description", ""))
                parts.append(f"<div><code>{escape(status)}</code> {text}</div>")
    head = f"<meta charset='utf-8'><title>{escape(openapi['info']['title'])}</title>"
    style = f"<style>{_STYLE}</style>"
    body = "".join(parts)
    return f"<!doctype html><html lang='en'><head>{head}{style}</head><body>{body}</body></html>"
