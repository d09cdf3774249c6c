import { z } from 'zod'
import {
  dashboardAnswer,
  dashboardsAnswer,
  drillAnswer,
  drillRequest,
  filterValuesAnswer,
  tabAnswer,
  tabRequest,
} from '../../api/dashboards.ts'
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
    {
      method: 'POST',
      path: '/v1/dashboards/:name/tiles/:tile/rows',
      summary: 'The rows behind a tile, or behind one mark of it',
      need: 'read',
      takes: { type: 'application/json', shape: drillRequest },
      gives: drillAnswer,
      async handle({ grant, params, body, context }) {
        const asked = { ...tileOf(params), ...bodyOf(drillRequest, body) }
        return { text: await doors.dashboards.rows(asked, grant, context) }
      },
    },
    {
      method: 'POST',
      path: '/v1/dashboards/:name/tiles/:tile/csv',
      summary: 'The rows of a tile as CSV, of which spreadsheets take nothing for a formula',
      need: 'read',
      takes: { type: 'application/json', shape: tabRequest },
      gives: z.string(),
      type: 'text/csv; charset=utf-8',
      async handle({ grant, params, body, context }) {
        const { dashboard, tile } = tileOf(params)
        const asked = { dashboard, tile, ...bodyOf(tabRequest, body) }
        const text = await doors.dashboards.csv(asked, grant, context)
        // both are names of files in the project: letters, digits and _
        const headers = { 'content-disposition': `attachment; filename="${dashboard}-${tile}.csv"` }
        return { text, headers }
      },
    },
    {
      method: 'GET',
      path: '/v1/dashboards/:name/filters/:filter',
      summary: 'The values that a list filter offers',
      need: 'read',
      gives: filterValuesAnswer,
      async handle({ grant, params, context }) {
        const { name = '', filter = '' } = params
        return { text: JSON.stringify(await doors.dashboards.values(name, filter, grant, context)) }
      },
    },
  ]
}

function tileOf({ name = '', tile = '' }: Readonly<Record<string, string>>) {
  return { dashboard: name, tile }
}
