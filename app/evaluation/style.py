"""The colours of the report that `eval --report` writes."""

from __future__ import annotations

# The colours of the web page; blue and orange can be told apart by colour-blind readers, too.
STYLE = """
:root { color-scheme: light dark; --paper: #f6f6f2; --surface: #fff; --ink: #1d1f22; --soft: #62676f; --line: #e3e3dc;
  --a: #2f55c8; --b: #c4620a; --good: #1d7a4c; --warn: #b07a10; --danger: #b3261e; --none: #b9bcc2; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --paper: #131416; --surface: #1b1d20; --ink: #e9e9e6; --soft: #a0a5ad;
  --line: #2d3035; --a: #93abff; --b: #f2a65a; --good: #74d6a3; --warn: #e6c065; --danger: #ff8a80; --none: #5b6068;
  --on: #131416; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 32px 20px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.6 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 4px; } h3 { font-size: 15px; margin: 18px 0 6px; }
p { margin: 0 0 10px; } .soft { color: var(--soft); font-size: 13.5px; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 20px;
  margin: 16px 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(138px, 1fr)); gap: 12px; margin: 20px 0 0; }
.tile b.a { color: var(--a); } .tile b.b { color: var(--b); }
.tile { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; }
.tile b { display: block; font-size: 25px; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile b + b { border-top: 1px dashed var(--line); } .tile span { color: var(--soft); font-size: 13px; display: block; }
.two { display: grid; grid-template-columns: minmax(0, 1.3fr) minmax(0, 1fr); column-gap: 16px; }
section .two { align-items: start; column-gap: 28px; } section:only-child { grid-column: 1 / -1; }
@media (max-width: 800px) { .two { grid-template-columns: minmax(0, 1fr); } }
.bar { display: flex; gap: 2px; height: 30px; margin: 2px 0 6px; }
.bar b { flex: 1 1 0; min-width: 4px; border-radius: 5px; color: var(--on); text-align: center;
  line-height: 30px; overflow: hidden; }
svg { display: block; width: 100%; height: auto; } .square svg { max-width: 340px; margin: 0 auto; }
.label { font-size: 12px; fill: var(--soft); }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); } .frame { fill: none; stroke: var(--line); }
.chance { fill: none; stroke: var(--soft); stroke-dasharray: 4 4; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.line.thin { stroke-width: 1.5; stroke-dasharray: 5 4; }
.band { opacity: 0.13; stroke: none; }
.line.a { stroke: var(--a); } .line.b { stroke: var(--b); }
.dot.a, .band.a, .fill.a { fill: var(--a); } .dot.b, .band.b, .fill.b { fill: var(--b); }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; }
.swatch.a { background: var(--a); } .swatch.b { background: var(--b); }
.swatch.good, .bar .good { background: var(--good); }
.swatch.mid, .bar .mid { background: color-mix(in srgb, var(--good) 55%, var(--surface)); }
.swatch.warn, .bar .warn { background: var(--warn); }
.swatch.danger, .bar .danger { background: var(--danger); } .swatch.none, .bar .none { background: var(--none); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 0; font-size: 13px;
  color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; color: var(--soft); font-weight: 600; } th, td { padding: 7px 10px 7px 0; vertical-align: top;
  border-bottom: 1px solid var(--line); } td { overflow-wrap: anywhere; } .num { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; } .key { white-space: nowrap; } .clear { font-weight: 700; }
.question { min-width: 240px; } .question small, .place small { color: var(--soft); display: block; }
.place { min-width: 120px; } .tag { display: inline-block; padding: 0 8px; border-radius: 8px; font-size: 12.5px;
  white-space: nowrap; border: 1px solid currentcolor; } .tag.good { color: var(--good); }
.tag.warn { color: var(--warn); }
.tag.danger { color: var(--danger); } .tag.none { color: var(--soft); } tr.same td { opacity: 0.72; }
@media print { body { background: none; } section, .tile { break-inside: avoid; } }
"""
