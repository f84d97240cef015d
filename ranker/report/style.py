"""How the report looks: the program's tokens, light or dark as the reader's system is, paper."""

from __future__ import annotations

from collections.abc import Mapping

from ranker.charts.look import DARK, LIGHT


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{token}: {colour};" for token, colour in colours.items())


STYLE = f"""
:root {{ color-scheme: light dark; {_variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--background); color: var(--text);
  font: 15px/24px Inter, system-ui, sans-serif; }}
main {{ max-width: 896px; margin: 0 auto; padding: 48px 32px 64px; }}
h1 {{ font-size: 24px; line-height: 32px; font-weight: 600; margin: 0 0 8px; }}
h2 {{ font-size: 18px; line-height: 28px; font-weight: 600; margin: 0 0 16px; }}
h3 {{ font-size: 15px; line-height: 24px; font-weight: 600; margin: 24px 0 8px; }}
p {{ margin: 0 0 8px; max-width: 72ch; overflow-wrap: anywhere; }}
.verdict {{ font-size: 18px; line-height: 28px; font-weight: 500; }}
.muted, caption, figcaption {{ color: var(--muted); }}
.small {{ font-size: 13px; line-height: 20px; }}
section {{ background: var(--surface); border: 1px solid var(--line); border-radius: 12px;
  padding: 24px; margin-top: 24px; }}
section.doubts {{ border-left: 4px solid var(--text); }}
section.chart {{ padding: 0; }}
section.chart h2, .unseen {{ position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }}
section.chart table {{ font-size: 13px; line-height: 20px; }}
section.chart th, section.chart td {{ padding: 6px 8px; }}
section.chart details {{ padding: 0 24px 24px; }}
section.plain h2 {{ position: static; width: auto; height: auto; clip-path: none;
  padding: 24px 24px 0; }}
section.plain .scrolls {{ padding: 0 24px 24px; }}
figure {{ margin: 0; overflow-x: auto; }}
svg {{ display: block; width: 100%; min-width: 640px; max-width: max-content; height: auto; }}
summary {{ cursor: pointer; color: var(--accent); font-weight: 500; width: max-content; }}
summary:focus-visible, .scrolls:focus-visible, figure:focus-visible {{
  outline: 2px solid var(--accent);
  outline-offset: 2px; border-radius: 4px; }}
ul {{ margin: 0 0 8px; padding-left: 24px; }}
li {{ margin: 0 0 4px; max-width: 72ch; overflow-wrap: anywhere; }}
.scrolls {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  margin: 8px 0; }}
caption {{ text-align: left; font-size: 13px; line-height: 20px; padding-bottom: 8px; }}
th, td {{ padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }}
th:first-child, td:first-child {{ padding-left: 0; }}
th:last-child, td:last-child {{ padding-right: 0; }}
thead th {{ color: var(--muted); font-size: 13px; line-height: 20px; font-weight: 400; }}
tbody th {{ font-weight: 400; }}
.number {{ text-align: right; white-space: nowrap; }}
thead .number {{ white-space: normal; vertical-align: bottom; }}
thead .words {{ vertical-align: bottom; }}
section.chart tbody .words {{ min-width: 18ch; }}
.words {{ text-align: left; overflow-wrap: break-word; min-width: 12ch; max-width: 40ch; }}
code {{ font: 13px/20px ui-monospace, monospace; overflow-wrap: anywhere; }}
@media print {{
  :root {{ {_variables(LIGHT)} --background: #ffffff; }}
  @page {{ margin: 16mm; }}
  main {{ max-width: none; padding: 0; }}
  section {{ border: none; border-radius: 0; padding: 0; margin-top: 32px; }}
  section.doubts {{ padding-left: 16px; }}
  section.chart table {{ font-size: 13px; line-height: 20px; }}
section.chart th, section.chart td {{ padding: 6px 8px; }}
section.chart details {{ padding: 0; }}
  figure, tr {{ break-inside: avoid; }}
  svg {{ min-width: 0; }}
  h2, h3, caption, summary {{ break-after: avoid; }}
  table {{ font-size: 10px; line-height: 14px; }}
  thead th {{ font-size: 10px; line-height: 14px; }}
  th, td {{ padding: 4px 6px; }}
  details.long {{ display: none; }}
  details::details-content {{ content-visibility: visible; block-size: auto; }}
  summary {{ list-style: none; color: var(--muted); }}
}}
"""
"""No font, picture or rule comes from anywhere else: the file holds all it shows."""
