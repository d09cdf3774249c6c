import { demoAnswer } from '../../api/demo.ts'
import type { DemoDoor } from '../demo-door.ts'
import type { Route } from '../route.ts'

/** There are none but in a demo. */
export function demoRoutes(demo: DemoDoor): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/demo',
      summary: 'What pulling the plug has come to',
      need: 'read',
      often: true,
      gives: demoAnswer,
      handle: async () => ({ text: JSON.stringify(demo.state()) }),
    },
    {
      method: 'POST',
      path: '/v1/demo/plug',
      summary: 'Pulls the plug: the server is killed while events come, and started again',
      need: 'admin',
      gives: demoAnswer,
      async handle() {
        demo.pull()
        return { status: 202, text: JSON.stringify(demo.state()) }
      },
    },
  ]
}
