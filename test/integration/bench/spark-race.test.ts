import { expect, test } from 'vitest'
import { makeShopFile } from '../../../bench/harness/shop-file.ts'
import { race, whyNoSpark } from '../../../bench/spark-race.ts'
import { tempFolder } from '../../temp-folder.ts'

const python = process.env['MILLRACE_PYSPARK'] ?? 'python3'

test.skipIf(whyNoSpark(python) !== undefined)('PySpark and Millrace do the same work', async () => {
  const folder = await tempFolder()
  const file = await makeShopFile(`${folder}/shop.csv`, 3000, () => {})
  const [figure] = race(folder, file, { python, rounds: 1 }, () => {})
  expect(figure).toMatchObject({ name: 'load and two models, by day', unit: 's', peer: { name: 'PySpark' } })
  expect(figure?.value).toBeGreaterThan(0)
})
