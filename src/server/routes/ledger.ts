import { ledger } from '../../api/ledger.ts'
import type { Doors } from '../doors.ts'
import type { Route } from '../route.ts'

export function ledgerRoutes(doors: Doors): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/ledger',
      summary: 'Whether every line of every file and every event of every stream is accounted for, at this moment',
      need: 'admin',
      gives: ledger,
      handle: async ({ context }) => ({ text: JSON.stringify(await doors.ledger(context)) }),
    },
  ]
}
