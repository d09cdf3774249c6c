import { expect, test } from 'vitest'
import { exampleProject, realData, succeed, withModels } from './example.ts'

const sample = realData('ecommerce/2019-Nov_10KSample.csv')

test.skipIf(!sample)('the shop on the real sample: revenue of 41989.74, 13 departments and other', async () => {
  const dir = await exampleProject('shop')
  await succeed(dir, 'load', 'events', sample as string)
  await withModels(dir, async ({ rows, judged }) => {
    expect(await rows('SELECT count(*), sum(revenue) FROM operations')).toEqual([[10034n, '41989.74']])
    const departments = await rows('SELECT DISTINCT department FROM department_brand ORDER BY 1')
    expect(departments.flat()).toHaveLength(14)
    expect(departments.flat()).toContain('other')
    for (const mart of ['operations_by_minute', 'department_brand', 'department_product'])
      expect(await rows(`SELECT sum(operations), sum(revenue) FROM ${mart}`)).toEqual([[10034n, '41989.74']])
    const light = "SELECT department, operations FROM department_product WHERE product = 'light' ORDER BY 1"
    expect(await rows(light)).toEqual([
      ['construction', 6n],
      ['furniture', 2n],
    ])
    expect((await judged()).filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  })
})
