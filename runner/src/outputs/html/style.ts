/** Text in the reader's own font, light or dark as they have it, five lines that differ in stroke and not only in colour, and paper. */
export const style = `
:root { color-scheme: light dark; --text: #1c2127; --faint: #59636e; --ground: #fff; --band: #f3f5f7; --rule: #d0d7de;
  --good: #0a6b2f; --bad: #b3261e; --l0: #0b62b0; --l1: #b8480a; --l2: #007a5a; --l3: #9a3a83; --l4: #6b5900; --shade: #e8b93c66 }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ec; --faint: #9da7b1; --ground: #15181c; --band: #1f242a; --rule: #3b434c;
  --good: #5fce86; --bad: #ff8a80; --l0: #62b0f5; --l1: #f59a5c; --l2: #45cba2; --l3: #e08fcb; --l4: #d2bd4b; --shade: #a8842866 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 1rem 1.25rem 3rem; color: var(--text); background: var(--ground); font: 15px/1.5 system-ui, sans-serif }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere } h1 { font-size: 1.5rem; margin: .5rem 0 } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem } h3 { font-size: 1rem; margin: 1rem 0 .2rem }
a { color: inherit } nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; padding: 0; margin: .8rem 0 }
.headline { border-left: .4rem solid var(--faint); padding: .5rem .8rem; background: var(--band); font-weight: 600; overflow-wrap: anywhere }
.headline.passed { border-color: var(--good) } .headline.failed, .headline.broken { border-color: var(--bad) }
.outcome { font-weight: 600; white-space: nowrap } .outcome.passed { color: var(--good) } .outcome.failed, .outcome.broken { color: var(--bad) }
.outcome::before { content: "✓ " } .outcome.failed::before { content: "✗ " } .outcome.broken::before { content: "⚠ " }
dl { margin: .6rem 0 } dl div { display: flex; gap: 1rem; padding: .1rem 0 } dt { flex: 0 0 8.5rem; color: var(--faint) } dd { margin: 0; min-width: 0; overflow-wrap: anywhere } dd ul { margin: 0; padding: 0; list-style: none }
.note, caption { color: var(--faint); font-size: .87rem; margin: .3rem 0 } .wide { overflow-x: auto; margin: .5rem 0 1rem }
table { border-collapse: collapse; min-width: 100%; font-size: .9rem } caption { text-align: left }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: inherit }
thead th { color: var(--faint); vertical-align: bottom; border-bottom-width: 2px } tbody th:not(.n), tbody td:not(.n) { overflow-wrap: anywhere; min-width: 6rem } tbody td:not(.n), #request-table th + th:not(.n) { min-width: 12rem }
tbody tr:hover { background: var(--band) } tfoot { font-weight: 600 }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
th button { all: unset; cursor: pointer } th button:focus-visible { outline: 2px solid } [aria-sort=descending] button::after { content: " ↓" } [aria-sort=ascending] button::after { content: " ↑" }
pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30rem; overflow: auto; background: var(--band); padding: .6rem .8rem; margin: .4rem 0; font-size: .85rem }
details summary { cursor: pointer; color: var(--faint); font-size: .87rem } details .wide { max-height: 24rem; overflow: auto }
figure { margin: 1rem 0 1.6rem } figcaption h3 { margin: 0 }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.2rem; list-style: none; padding: 0; margin: .2rem 0; font-size: .9rem } .legend li { overflow-wrap: anywhere } .key { width: 30px; height: 8px; margin-right: .4rem }
.chart { display: block; width: 100%; height: auto } .chart text { fill: var(--faint); font: 11px system-ui, sans-serif } .middle { text-anchor: middle } .end { text-anchor: end }
.grid, .axis { stroke: var(--rule) } .axis { stroke: var(--faint) } .warmup { fill: var(--band) } .shade { fill: var(--shade) }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round } .line0 { stroke: var(--l0) } .line1 { stroke: var(--l1); stroke-dasharray: 7 3 } .line2 { stroke: var(--l2); stroke-dasharray: 2 2 }
.line3 { stroke: var(--l3); stroke-dasharray: 10 3 2 3 } .line4 { stroke: var(--l4); stroke-dasharray: 4 4 }
.event line { stroke: var(--text); stroke-dasharray: 3 4 } .event text { fill: var(--text) } .here { stroke: var(--faint); visibility: hidden } figure .note { min-height: 1.5em; font-variant-numeric: tabular-nums }
@media print { :root { color-scheme: light; --text: #000; --faint: #444; --ground: #fff; --band: #f3f5f7; --rule: #bbb; --good: #0a6b2f; --bad: #b3261e; --l0: #0b62b0; --l1: #b8480a; --l2: #007a5a; --l3: #9a3a83; --l4: #6b5900; --shade: #e8b93c66 }
  body { max-width: none; padding: 0; font-size: 10pt } nav, details, .here { display: none } .wide { overflow: visible } pre { max-height: none } table { font-size: 8pt } th, td { padding: .15rem .3rem }
  figure, tr, article, dl div { break-inside: avoid } h2, h3, caption { break-after: avoid } thead { display: table-header-group } tfoot { display: table-row-group } }
`
