import { dashboardAnswer, dashboardsAnswer, tabAnswer, tabRequest } from '../../api/dashboards.ts'
import type { Doors } from '../doors.ts'
import { bodyOf, type Route } from '../route.ts'

/** Dashboards: what they are, and their rows. */
export function dashboardRoutes(doors: Pick<Doors, 'dashboards'>): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/dashboards',
      summary: 'The dashboards, and what is wrong with their files',
      need: 'read',
      gives: dashboardsAnswer,
      async handle({ grant, context }) {
        return { text: JSON.stringify({ dashboards: await doors.dashboards.list(grant, context) }) }
      },
    },
    {
      method: 'GET',
      path: '/v1/dashboards/:name',
      summary: 'One dashboard: its filters, tabs and tiles',
      need: 'read',
      gives: dashboardAnswer,
      async handle({ grant, params, context }) {
        return { text: JSON.stringify(await doors.dashboards.definition(params['name'] ?? '', grant, context)) }
      },
    },
    {
      method: 'POST',
      path: '/v1/dashboards/:name/tabs/:tab',
      summary: 'The rows of all tiles of a tab at one position; a tile that fails is its own error',
      need: 'read',
      often: true,
      takes: { type: 'application/json', shape: tabRequest },
      gives: tabAnswer,
      async handle({ grant, params, body, context }) {
        const { filters } = bodyOf(tabRequest, body)
        const asked = { dashboard: params['name'] ?? '', tab: params['tab'] ?? '', filters }
        return { text: await doors.dashboards.tab(asked, grant, context) }
      },
    },
  ]
}
