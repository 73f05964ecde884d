import { chromium } from 'playwright-core'
import { readFileSync } from 'node:fs'
const { url, origin } = JSON.parse(readFileSync('/tmp/op11/serve.json','utf8'))
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
page.setDefaultTimeout(15000)
await page.goto(url)
await page.waitForSelector('html[data-ready=true]', { state: 'attached' })
await page.goto(origin + '/rebalance')
await page.locator('option[value="account alice@krakenfutures"]').waitFor({ state: 'attached' })
await page.selectOption('select[aria-label=Account]', 'account alice@krakenfutures')
await page.locator('.target-row').first().waitFor()
const rows = page.locator('.target-row')
console.log(await rows.count())
await page.getByRole('button', { name: 'Add a symbol' }).click()
for (const [i, s] of ['BTC/USD:USD', 'ETH/USD:USD'].entries()) { await rows.nth(i).locator('[data-field=symbol]').fill(s); await rows.nth(i).locator('[data-field=weight]').fill('0.5') }
await page.selectOption('#total', 'max')
await page.locator('input[name=leverage][value="3"]').check()
await page.getByRole('button', { name: 'Preview' }).click()
try { await page.locator('#scale').waitFor() } catch (e) { console.log(String(e).slice(0,200)); console.log(await page.locator('#notices').textContent()) }
await page.screenshot({ path: '/tmp/op11/a.png', fullPage: true })
await browser.close()
