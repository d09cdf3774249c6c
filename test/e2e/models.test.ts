import { expect, test } from 'vitest'
import { readPages } from '../../src/server/pages.ts'
import { serveProject } from '../server/project-server.ts'
import { builtPages } from '../ui/built.ts'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({ name: 'shop', streams: { events: stream({ columns: { id: 'varchar' }, id: 'id' }) } })
`

test.skipIf(noChromium)('models are drawn and listed with what they read, and lead to their SQL', async () => {
  const { server } = await serveProject(
    {
      'millrace.config.ts': config,
      'models/ids.sql': 'SELECT id FROM events',
      'models/totals.sql': '/*\nkind: table\n*/\nSELECT count(*) AS n FROM ids',
    },
    { pages: await readPages(await builtPages()) },
  )
  const page = await openPage()
  await page.goto(`${server.url}/models`)
  const graph = page.locator('main ul').getByRole('listitem')
  await graph.first().waitFor()
  expect(await graph.allInnerTexts()).toEqual(['events\ninput', 'ids\nview', 'totals\ntable'])
  expect(await page.getByRole('table', { name: 'Models' }).innerText()).toMatch(
    /totals\s+table\s+ids\s+0\s+never built/,
  )
  expect(await barriers(page)).toEqual([])
  await page.getByRole('table', { name: 'Models' }).getByRole('link', { name: 'totals' }).click()
  await page.getByText('SELECT count(*) AS n FROM ids').waitFor()
  expect(await barriers(page)).toEqual([])
})
