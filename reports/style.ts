/** The style sheet. Colours come from the palette by role; sizes follow the reader's font size. */

import { FONT } from './charts/common.ts'
import { LINE_ROLES, PALETTES, type ThemeName } from './palette.ts'

function variables(theme: ThemeName): string {
  const roles = Object.entries(PALETTES[theme]).map(([role, colour]) => `--${role}:${colour};`)
  return `color-scheme:${theme};${roles.join('')}`
}

const THEMES = `
:root{${variables('light')}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables('dark')}}}
@media screen{:root[data-theme=dark]{${variables('dark')}}}
`

const BASE = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
.charts .panel{scroll-margin-top:9rem}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 ${FONT};font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:28px 24px 8px}
h1,h2,p,dl,dd,ul,table{margin:0;padding:0}
h1{font-size:1.75rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{font-size:1.02rem;font-weight:650;letter-spacing:-.005em}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
.soft{color:var(--muted)}
a{color:inherit;text-decoration-color:var(--rule);text-underline-offset:.2em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{max-width:1180px;margin:0 auto;padding:8px 24px 40px;color:var(--muted);font-size:.82rem}
.notice{padding:10px 14px;border:1px solid var(--rule);border-radius:6px;margin-bottom:16px}
button{font:inherit;color:inherit}
.quiet{border:1px solid var(--rule);background:transparent;border-radius:6px;padding:2px 9px;font-size:.8rem;line-height:1.5;color:var(--muted);cursor:pointer;min-height:28px}
.quiet:hover:not(:disabled){color:var(--ink);border-color:var(--muted)}
.quiet[aria-pressed=true]{background:var(--raised);color:var(--ink);border-color:var(--muted)}
.quiet:disabled{opacity:.45;cursor:default}
.buttons{display:flex;gap:4px;flex-wrap:wrap}
`

const HEAD = `
.masthead{display:flex;justify-content:space-between;align-items:flex-start;gap:16px;margin-bottom:20px}
.kind{color:var(--muted);font-size:.82rem;margin-bottom:2px}
.tiles{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));border:1px solid var(--rule);border-radius:8px;background:var(--panel);overflow:hidden}
.tile{padding:14px 16px;border-left:1px solid var(--rule);margin-left:-1px;min-width:0}
.tile dt{color:var(--muted);font-size:.8rem}
.tile .figure{display:block;font-size:1.16rem;font-weight:600;letter-spacing:-.01em;line-height:1.35;overflow-wrap:anywhere}
.tile .unit{font-size:.76rem;font-weight:400;color:var(--muted);letter-spacing:0}
.tile .detail{display:block;color:var(--muted);font-size:.78rem;line-height:1.35;margin-top:1px;overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:14px 28px;margin:22px 2px 26px;font-size:.9rem}
.facts dt{color:var(--muted);font-size:.8rem}
.facts dd{overflow-wrap:anywhere}
.facts .soft{display:block;font-size:.86em}
`

const LINES = LINE_ROLES.map((role) => `.key .swatch .${role}{stroke:var(--${role})}`).join('')

const PANELS = `
.panel{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:16px 20px 14px;margin-bottom:16px}
.panel-head{display:flex;align-items:center;gap:8px 12px;flex-wrap:wrap;min-height:30px}
.panel-head h2{margin-right:auto}
.save{display:flex;gap:2px}
.save .quiet{border-color:transparent;padding:2px 6px;font-size:.74rem;letter-spacing:.02em}
.save .quiet:hover{border-color:var(--rule)}
.intro{color:var(--muted);font-size:.86rem;margin:0 0 8px;max-width:80ch}
.empty{color:var(--muted);padding:6px 0}
.chart{width:100%;position:relative;line-height:0}
.chart .empty{line-height:1.5}
.chart svg,.chart canvas{display:block;max-width:100%}
.note:empty{display:none}
.note{color:var(--muted);font-size:.82rem}
#equity .chart{min-height:282px}#drawdown .chart{min-height:150px}#exposure .chart{min-height:110px}#chart-price{min-height:372px}#distance .chart,.pane .chart{min-height:110px}
.window{position:sticky;top:0;z-index:2;background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:10px 20px 8px;margin-bottom:16px;font-size:.86rem}
.window-head{display:flex;align-items:center;gap:4px 10px;flex-wrap:wrap;margin-bottom:4px}
.window-head .label{font-weight:650}
.window-head output{margin-right:auto}
.window .overview{min-height:70px;touch-action:pan-y}
#readout{display:block;color:var(--muted);font-size:.82rem;min-height:1.5em}
.key{display:flex;gap:4px 16px;flex-wrap:wrap;list-style:none;color:var(--muted);font-size:.82rem;margin:0 0 4px}
.key li{display:flex;align-items:center;gap:6px}
.key svg{width:11px;height:11px}
.key svg.wide,.key svg.swatch{width:20px;height:11px}.key .level,.key .swatch path{fill:none;stroke-width:2}.key .stop{stroke:var(--loss);stroke-dasharray:3 2}.key .target{stroke:var(--gain);stroke-dasharray:6 2}.key .entry{stroke:var(--muted);stroke-dasharray:1 2}.key .liquidation{stroke:var(--ink);stroke-dasharray:7 2 2 2}
${LINES}
.key .ink{fill:var(--ink)}.key .gain{fill:var(--gain)}.key .loss{fill:var(--loss)}
.pick{font-size:.82rem;color:var(--muted)}
select,input{font:inherit;font-size:.85rem;color:var(--ink);background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:4px 8px;max-width:100%}
.behind{margin-top:8px;font-size:.86rem}
.behind>summary{color:var(--muted);cursor:pointer;width:max-content;font-size:.82rem}
.behind>summary:hover{color:var(--ink)}
.behind>div,.behind>dl{margin-top:8px}
`

const ANALYSIS = `
h3{font-size:.88rem;font-weight:600;margin:8px 0 2px}
.verdict{margin:18px 2px 0;font-size:.95rem}
.verdict ul{list-style:none;display:grid;gap:4px}
.verdict li{padding-left:14px;border-left:3px solid var(--rule)}
.verdict .good{border-color:var(--gain)}.verdict .bad{border-color:var(--loss)}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 16px;align-items:start}
.triple{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:0 24px;align-items:start}
.triple>div,.charts-flow>.group{min-width:0}.charts-flow{display:block;columns:2;column-gap:44px}.charts-flow>.group{break-inside:avoid;padding-bottom:14px}
#calendar .chart{min-height:60px}.part-head{display:flex;align-items:center;gap:4px 12px;flex-wrap:wrap;margin-top:10px;min-height:30px}.part-head h3{margin:0}.part-head .save{margin-left:auto}
.pane .part-head{margin-top:4px}.pane .key{margin:0}
.contents{margin:0 2px 22px;font-size:.86rem}.contents ul{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px}.contents a{color:var(--muted)}.contents a:hover{color:var(--ink)}
#costs .chart{min-height:200px;margin-bottom:14px}
`

const TABLES = `
.scroll{position:relative;overflow-x:auto;margin:0 -20px;padding:0 20px}
table{border-collapse:collapse;width:100%;font-size:.86rem}
caption{text-align:left;font-size:.82rem;color:var(--muted);padding:0 0 6px}
th,td{padding:5px 14px 5px 0;border-bottom:1px solid var(--rule);text-align:left;font-weight:400;vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
tr:last-child>*{border-bottom-color:transparent}
thead th{color:var(--muted);font-size:.8rem;white-space:nowrap;vertical-align:bottom}
thead tr:last-child>*{border-bottom-color:var(--rule)}
thead button{border:0;background:none;padding:0;color:inherit;font-size:inherit;cursor:pointer;white-space:nowrap}
thead button:hover{color:var(--ink)}
th[aria-sort] button{color:var(--ink);font-weight:600}
th[aria-sort] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
.number{text-align:right}
.scroll td,.time{white-space:nowrap}.wrapped td.c-says,.wrapped td.c-source,.wrapped td.c-message,.wrapped td.c-findings{white-space:normal;min-width:13rem;overflow-wrap:anywhere}.wrapped td.c-source{color:var(--muted);font-size:.92em}
.gain{color:var(--gain)}.loss{color:var(--loss)}
.action{width:1%}
.action .quiet{min-height:24px;padding:0 8px;font-size:.76rem}
.filter{margin:4px 0 8px;display:flex;flex-wrap:wrap;align-items:center;gap:8px}.trouble{color:var(--loss);font-size:.82rem}.filter input{width:19rem}
.pager{display:flex;align-items:center;gap:6px;margin-top:10px;color:var(--muted);font-size:.82rem}
.pager .status{margin-right:auto}
.metrics{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:22px 44px;margin-top:10px;font-size:.9rem;align-items:start}
.metrics table,.flow table{font-size:.88rem}
.flow{columns:2;column-gap:44px;margin-top:10px;font-size:.9rem}
.flow .group{break-inside:avoid;padding-bottom:22px}
.metrics th[scope=row],.flow th[scope=row]{overflow-wrap:anywhere}
#metrics table{table-layout:fixed}.flow thead th:nth-child(2){width:32%}.flow thead th:nth-child(3){width:13%}.flow thead th{border-bottom-color:var(--muted);padding-bottom:4px}
.metrics .number,.flow .number{white-space:nowrap}
.flow .none{color:var(--muted)}
.reason{display:block;font-size:.8rem;line-height:1.35;color:var(--muted)}
.total>*{font-weight:600;border-top:1px solid var(--muted)}
.group .intro{margin-top:8px}
.definitions dl{display:grid;gap:10px;max-width:80ch}
.definitions dt{font-weight:600}.definitions dt code{font-weight:400;color:var(--muted)}
.definitions div:target{background:var(--wash);box-shadow:0 0 0 6px var(--wash);border-radius:2px}
.words{display:block;color:var(--muted);font-size:.82rem;max-width:44ch;white-space:normal}
#refusals .scroll td.example{white-space:normal;min-width:16rem;overflow-wrap:anywhere;color:var(--muted)}
#refusals th[scope=row]{min-width:15rem}
.assumptions{list-style:none;display:grid}
.assumptions li{display:flex;justify-content:space-between;gap:16px;padding:5px 0;border-bottom:1px solid var(--rule);font-size:.88rem}
.assumptions li:last-child{border:0}
.assumptions code,.metrics th code{color:var(--muted);font-size:.78em;overflow-wrap:anywhere}
.times{color:var(--muted);white-space:nowrap}
#assumptions p{font-size:.88rem;margin-bottom:12px}
.command{display:flex;align-items:center;gap:10px;background:var(--raised);border-radius:6px;padding:8px 12px;margin:6px 0 14px}
.command code{margin-right:auto;overflow-wrap:anywhere}
.hashes{display:grid;gap:4px;font-size:.86rem}
.hashes div{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:12px}
.hashes dt{color:var(--muted)}.hashes dd{overflow-wrap:anywhere}
pre{background:var(--raised);border-radius:6px;padding:12px;overflow:auto;max-height:30rem;margin:8px 0 0}
`

const PICKS = `
.pickers{display:flex;flex-wrap:wrap;gap:6px 14px;margin:2px 0 10px;align-items:center}
.about{margin-top:4px;overflow-wrap:anywhere}
.ranges{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:6px 24px}
.range{display:grid;grid-template-columns:minmax(0,1fr) 6rem 6rem;gap:6px;align-items:center;font-size:.82rem}
.range select{grid-column:span 2}
.range span{overflow-wrap:anywhere}
.judged{font-weight:600}.judged.failed{color:var(--loss)}.judged.passed{color:var(--gain)}.judged.open{color:var(--muted);font-weight:400}
td.why{color:var(--muted)}.gates td.why{white-space:normal;min-width:17rem;overflow-wrap:anywhere}
.wide-gap{gap:16px 28px}.scroll-in{overflow-x:auto}
#findings .scroll td,#series .scroll td:last-child{white-space:normal;overflow-wrap:anywhere}
#findings td:nth-child(1),#findings td:nth-child(4){white-space:nowrap}#findings td:nth-child(7){min-width:19rem}#findings td:nth-child(8){min-width:15rem}#series td:last-child{min-width:14rem}
#chart-parallel canvas{cursor:crosshair}
.words-list{display:grid;gap:6px;font-size:.82rem}.words-list dd{color:var(--muted)}
.panel .pair>.panel{margin-bottom:0}
`

const NARROW = `
@media (max-width:1000px){.tiles{grid-template-columns:repeat(3,minmax(0,1fr))}.tile:nth-child(n+4){border-top:1px solid var(--rule)}.facts{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media (max-width:760px){
main{padding:18px 12px 8px}footer{padding:8px 12px 32px}
h1{font-size:1.4rem}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.tile:nth-child(n+3){border-top:1px solid var(--rule)}
.tile{padding:11px 12px}.tile .figure{font-size:1.06rem}
.facts,.metrics,.pair,.triple{grid-template-columns:minmax(0,1fr)}
.flow,.charts-flow{columns:1}
.facts{gap:10px;margin:18px 2px 20px}
.panel{padding:12px 12px 10px}.scroll{margin:0 -12px;padding:0 12px}
.window{position:static;padding:10px 12px 8px}
.window-head output{width:100%;order:1}
.window-head .label{margin-right:auto}
.quiet{min-height:32px}
.filter input{flex:1 0 100%;min-width:0}
.hashes div{grid-template-columns:minmax(0,1fr);gap:0}
.hashes{gap:8px}
}
@media (pointer:coarse){.quiet{min-height:36px;padding:4px 11px}}
`

const PRINT = `
@media print{
body{font-size:11px;background:#fff}
main,footer{max-width:none;padding:0}
.panel,.tiles,.window{border-color:#ccc;border-radius:0;break-inside:avoid}
#trades,#refusals,#metrics{break-inside:auto}
tr{break-inside:avoid}
.quiet,.save,.filter,.pager button,.window,.contents,.action,.behind:not([open]){display:none}
.chart svg,.chart canvas{width:100%!important;height:auto!important}
.scroll{overflow:visible;margin:0;padding:0}
#trades table{font-size:8px}#trades th,#trades td{padding-right:5px}#refusals table{font-size:9.5px}
}
@media (prefers-reduced-motion:no-preference){.quiet{transition:color .12s,border-color .12s,background-color .12s}}
`

/** The whole style sheet. It has no input, so there is nothing in it to escape. */
export function styleSheet(): string {
  return [THEMES, BASE, HEAD, PANELS, ANALYSIS, TABLES, PICKS, NARROW, PRINT].join('').replace(/\n+/g, '\n')
}
