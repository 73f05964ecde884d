/** The workbench's style sheet: the reports' colours by role, so that a report lies in its page as if it were of it. */

import { PALETTES, type ThemeName } from '../../reports/palette.ts'
import { styleSheet } from '../../reports/style.ts'

const STEPS = 8

/** Grounds of a heat table: from the plain panel to the accent, by step. */
function heat(theme: ThemeName): string {
  const { accent } = PALETTES[theme]
  const shares = Array.from({ length: STEPS + 1 }, (_, step) => [step, Math.round((step / STEPS) * 70)] as const)
  return shares.map(([step, share]) => `--heat-${step}:color-mix(in srgb,${accent} ${share}%,transparent);`).join('')
}

const HEAT = `
:root{${heat('light')}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${heat('dark')}}}
:root[data-theme=dark]{${heat('dark')}}
${Array.from({ length: STEPS + 1 }, (_, step) => `.heat-${step}{background:var(--heat-${step})}`).join('')}
.heat td,.heat th{padding:5px 10px}
`

const BAR = `
[hidden]{display:none!important}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;z-index:9;background:var(--panel);padding:8px 12px}
#bar{display:flex;align-items:center;gap:4px 18px;flex-wrap:wrap;max-width:1180px;margin:0 auto;padding:12px 24px;border-bottom:1px solid var(--rule)}
#bar .brand{font-weight:700;text-decoration:none;letter-spacing:-.01em}
#bar nav{display:flex;gap:2px;flex-wrap:wrap}
#bar nav a{text-decoration:none;color:var(--muted);padding:4px 10px;border-radius:6px;font-size:.9rem}
#bar nav a:hover{color:var(--ink)}
#bar nav a[aria-current]{background:var(--raised);color:var(--ink)}
.spacer{flex:1}.connection{color:var(--muted);font-size:.82rem}
main:focus{outline:none}
main.narrow{max-width:560px}
#notices{position:fixed;right:16px;bottom:16px;z-index:8;display:grid;gap:8px;max-width:min(460px,calc(100vw - 32px))}
.note-line{display:flex;gap:10px;align-items:flex-start;justify-content:space-between;background:var(--panel);border:1px solid var(--rule);border-left:3px solid var(--gain);border-radius:6px;padding:10px 12px;font-size:.88rem;overflow-wrap:anywhere;box-shadow:0 4px 18px #0002}
.note-line.bad{border-left-color:var(--loss)}
`

const CONTROLS = `
.button{display:inline-flex;align-items:center;min-height:34px;border:1px solid var(--rule);background:var(--panel);color:var(--ink);border-radius:6px;padding:4px 14px;font:inherit;font-size:.88rem;cursor:pointer;text-decoration:none}
.button:hover:not(:disabled){border-color:var(--muted)}
.button.main{background:var(--accent);border-color:var(--accent);color:var(--panel)}
.button.stop{border-color:var(--loss);color:var(--loss)}
.button:disabled{opacity:.5;cursor:default}
.buttons{display:flex;gap:8px;flex-wrap:wrap;align-items:center;margin:10px 0}.buttons.end{justify-content:flex-end}
.masthead .buttons{margin:0}
.filters{display:flex;gap:8px;flex-wrap:wrap;align-items:center;margin:0 0 10px;border:0;padding:0;min-width:0}
.filters input[type=search]{flex:1 1 220px;min-width:0}
select,input:not([type=checkbox]):not([type=radio]),textarea{min-height:34px;font:inherit;font-size:.88rem;color:var(--ink);background:var(--panel);border:1px solid var(--rule);border-radius:6px;padding:4px 8px;max-width:100%}
textarea{width:100%;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.84rem;line-height:1.5;resize:vertical}
input[type=checkbox],input[type=radio]{width:1.05rem;height:1.05rem;accent-color:var(--accent);margin:0}
.field{display:grid;gap:4px;font-size:.86rem;color:var(--muted);margin:8px 0}.field>*{color:var(--ink)}
.field.short{max-width:26rem}.field.short input,.field.short select,#path{width:100%}#path{max-width:26rem;display:block}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:0 20px;align-items:end}
.tick{display:inline-flex;gap:8px;align-items:center;font-size:.88rem}
label.tick{min-height:34px}
dialog{border:1px solid var(--rule);border-radius:10px;background:var(--panel);color:var(--ink);padding:20px 24px;max-width:min(620px,calc(100vw - 24px));width:100%}
dialog::backdrop{background:#0008}
dialog h2{margin-bottom:8px}dialog .tick{margin:12px 0}dialog #secret{width:100%}
dialog p,dialog ul,dialog ol{margin:6px 0}dialog ol,dialog ul{padding-left:1.4em}
`

const PARTS = `
.badge{display:inline-block;border:1px solid var(--rule);border-radius:99px;padding:0 9px;font-size:.76rem;line-height:1.6;color:var(--muted);white-space:nowrap}
.badge.good{color:var(--gain);border-color:currentColor}.badge.bad{color:var(--loss);border-color:currentColor}
.badge.busy{color:var(--accent);border-color:currentColor}
.badges{display:inline-flex;gap:4px;flex-wrap:wrap}
.named{display:grid;min-width:8rem}.named a{font-weight:600;text-decoration:none;overflow-wrap:anywhere;white-space:normal}.named a:hover{text-decoration:underline}
.id{color:var(--muted);font-size:.76rem;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.states{margin:-12px 0 16px;overflow-wrap:anywhere}
.tiles{margin-bottom:18px}.tile dd{margin:0}
.panel>*+*{margin-top:8px}.panel>.scroll{margin-top:8px}
.tabs{display:flex;gap:2px;flex-wrap:wrap;border-bottom:1px solid var(--rule);margin:0 0 16px}
.tabs button{border:0;background:none;padding:8px 14px;min-height:36px;font-size:.9rem;color:var(--muted);cursor:pointer;border-bottom:2px solid transparent;margin-bottom:-1px}
.tabs button[aria-selected=true]{color:var(--ink);border-bottom-color:var(--accent);font-weight:600}
iframe.report{display:block;width:100%;height:calc(100vh - 120px);min-height:480px;border:1px solid var(--rule);border-radius:8px;background:var(--ground)}
.two{display:grid;grid-template-columns:minmax(200px,280px) minmax(0,1fr);gap:0 16px;align-items:start}
.files,.links{list-style:none;font-size:.9rem}.links{display:flex;gap:4px 20px;flex-wrap:wrap;margin-bottom:12px}.links li{display:grid}
.row{width:100%;text-align:left;border:0;background:none;padding:6px 8px;border-radius:6px;min-height:34px;cursor:pointer;overflow-wrap:anywhere;font-size:.88rem}
.row:hover{background:var(--raised)}
.verdict{margin:6px 0;font-size:.88rem;overflow-wrap:anywhere}.verdict.good{color:var(--gain)}.verdict.bad,.notice.bad{color:var(--loss)}
.notice{background:var(--panel);overflow-wrap:anywhere;font-size:.9rem;margin:0 0 14px}
.progress{white-space:nowrap}progress{width:160px;height:10px;accent-color:var(--accent);vertical-align:middle}
.job-progress{margin-bottom:16px}
pre{white-space:pre-wrap;overflow-wrap:anywhere}pre.log{max-height:20rem}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:2px 28px;font-size:.86rem}
.pairs div{display:flex;justify-content:space-between;gap:12px;border-bottom:1px solid var(--rule);padding:3px 0}
.pairs dt{color:var(--muted);overflow-wrap:anywhere}.pairs dd{text-align:right;overflow-wrap:anywhere;min-width:0}
[data-at-venue=true] .only-described{display:none}
.target-row{display:grid;grid-template-columns:2fr repeat(4,1fr) auto;gap:8px;align-items:end;margin-bottom:4px}.target-row .field{margin:0}.target-row input{width:100%}.target-row>button{justify-self:start}
.plot{display:block;width:100%;height:220px}.plot .line{fill:none;stroke:var(--accent);stroke-width:1.5;vector-effect:non-scaling-stroke}
.plot-scale{display:flex;justify-content:space-between;color:var(--muted);font-size:.8rem}
.tall{max-height:26rem;overflow:auto}.events td{vertical-align:top;white-space:normal}.events .time{white-space:nowrap;color:var(--muted);width:11rem}.events .bad td:last-child{color:var(--loss)}.events .good td:last-child{color:var(--gain)}
.title>p:last-child{margin-top:4px}
`

const NARROW = `
@media (max-width:760px){
#bar{padding:10px 12px;gap:4px 10px}#bar nav{order:5;width:100%}
#bar nav a{padding:7px 8px;font-size:.86rem}
td .id{display:none}
.masthead{flex-wrap:wrap}.wide{display:none}
.two{grid-template-columns:minmax(0,1fr)}
.filters>select{flex:1 1 40%;min-width:0}
.target-row{grid-template-columns:1fr 1fr;border-bottom:1px solid var(--rule);padding-bottom:10px;margin-bottom:10px}
iframe.report{height:calc(100vh - 90px);margin:0 -12px;width:calc(100% + 24px);border-width:1px 0;border-radius:0}
dialog{padding:16px}
}
`

/** The whole style sheet. */
export function workbenchStyle(): string {
  return [styleSheet(), HEAT, BAR, CONTROLS, PARTS, NARROW].join('').replace(/\n+/g, '\n')
}
