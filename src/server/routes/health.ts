import { z } from 'zod'
import { health } from '../../api/health.ts'
import type { Doors } from '../doors.ts'
import type { Route } from '../route.ts'

export function healthRoutes(doors: Doors): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      summary: 'The process is alive',
      need: 'nothing',
      always: true,
      gives: z.strictObject({ alive: z.literal(true) }),
      handle: async () => ({ text: '{"alive":true}' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      summary: 'What was acknowledged before the start is in every answer, and every log can be written',
      need: 'nothing',
      always: true,
      gives: health,
      statuses: { 503: 'not yet, or not while a disk is full' },
      handle: async () => {
        const found = await doors.health()
        return { status: found.ready ? 200 : 503, text: JSON.stringify(found) }
      },
    },
  ]
}
