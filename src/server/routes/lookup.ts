import { z } from 'zod'
import { tablesOf } from '../access.ts'
import type { Doors } from '../doors.ts'
import type { Route } from '../route.ts'

export function lookupRoutes(doors: Doors): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/lookup/:table/:key',
      summary: 'The row of a key, in which all is that was acknowledged before it was asked for',
      need: 'tables',
      often: true,
      gives: z.record(z.string(), z.unknown()).describe('column → value; numbers with all their digits'),
      statuses: { 404: 'no row has this key' },
      async handle({ params, grant, context }) {
        const { table = '', key = '' } = params
        return { text: await doors.row(table, key, tablesOf(grant), context) }
      },
    },
  ]
}
