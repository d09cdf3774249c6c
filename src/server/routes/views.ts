import { buildsAnswer, buildsParameters, checksAnswer, modelsAnswer } from '../../api/models.ts'
import { rejectsAnswer, rejectsParameters } from '../../api/rejects.ts'
import { stalenessAnswer } from '../../api/staleness.ts'
import { streamEvents, streamEventsParameters, streamsAnswer } from '../../api/streams.ts'
import { filesAnswer, filesParameters, tableAnswer, tableParameters, tablesAnswer } from '../../api/tables.ts'
import { testsAnswer } from '../../api/tests.ts'
import { MillraceError } from '../../core/errors.ts'
import { tablesOf } from '../access.ts'
import type { Doors } from '../doors.ts'
import { parametersOf, type Route } from '../route.ts'

/** What there is, as the UI shows it; a read token sees its own tables alone. */
export function viewRoutes(doors: Pick<Doors, 'views'>): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/tables',
      summary: 'The tables: what they hold and how much',
      need: 'tables',
      gives: tablesAnswer,
      async handle({ grant, context }) {
        return { text: JSON.stringify({ tables: await doors.views.tables(tablesOf(grant), context) }) }
      },
    },
    {
      method: 'GET',
      path: '/v1/tables/:name',
      summary: 'One table and its newest commits',
      need: 'tables',
      parameters: tableParameters,
      gives: tableAnswer,
      async handle(asked) {
        const { grant, params, context } = asked
        const { history: commits } = parametersOf(tableParameters, asked)
        const one = { name: params['name'] ?? '', commits, allowed: tablesOf(grant) }
        return { text: JSON.stringify(await doors.views.table(one, context)) }
      },
    },
    {
      method: 'GET',
      path: '/v1/tables/:name/files',
      summary: 'The files of a table’s newest version',
      need: 'tables',
      parameters: filesParameters,
      gives: filesAnswer,
      async handle(asked) {
        const { grant, params, context } = asked
        const one = { name: params['name'] ?? '', ...parametersOf(filesParameters, asked), allowed: tablesOf(grant) }
        return { text: JSON.stringify(await doors.views.files(one, context)) }
      },
    },
    {
      method: 'GET',
      path: '/v1/streams',
      summary: 'The streams: what they take, how far they are, and what is in their way',
      need: 'tables',
      gives: streamsAnswer,
      async handle({ grant }) {
        return { text: JSON.stringify({ streams: doors.views.streams(tablesOf(grant)) }) }
      },
    },
    {
      method: 'GET',
      path: '/v1/streams/:name/events',
      summary: 'The newest events of a stream, as far as its log still has them; all are in its table',
      need: 'tables',
      often: true,
      parameters: streamEventsParameters,
      gives: streamEvents,
      async handle(asked) {
        const { grant, params } = asked
        const { last, from } = parametersOf(streamEventsParameters, asked)
        const one = { name: params['name'] ?? '', last, ...(from !== undefined && { from: BigInt(from) }) }
        return { text: JSON.stringify(await doors.views.events({ ...one, allowed: tablesOf(grant) })) }
      },
    },
    {
      method: 'GET',
      path: '/v1/rejects',
      summary: 'What was refused, from files and as events, each whole',
      need: 'tables',
      parameters: rejectsParameters,
      gives: rejectsAnswer,
      async handle(asked) {
        const { grant, context } = asked
        const wanted = parametersOf(rejectsParameters, asked)
        if (wanted.pii === 'true' && grant.kind === 'read')
          throw new MillraceError('TOKEN_REFUSED', { what: 'personal data' })
        return { text: JSON.stringify(await doors.views.rejects(wanted, tablesOf(grant), context)) }
      },
    },
    {
      method: 'GET',
      path: '/v1/models',
      summary: 'The models: what they read and give, and their last build',
      need: 'tables',
      gives: modelsAnswer,
      async handle({ grant, context }) {
        return { text: JSON.stringify({ models: await doors.views.models(tablesOf(grant), context) }) }
      },
    },
    {
      method: 'GET',
      path: '/v1/models/staleness',
      summary: 'How far each model’s table is behind what it is made from, why, and what a build would do',
      need: 'tables',
      often: true,
      gives: stalenessAnswer,
      async handle({ grant, context }) {
        return { text: JSON.stringify(await doors.views.staleness(grant, context)) }
      },
    },
    {
      method: 'GET',
      path: '/v1/models/checks',
      summary: 'The checks of the models, what became of each when it was last run, and the SQL of rows that break it',
      need: 'tables',
      gives: checksAnswer,
      async handle({ grant, context }) {
        return { text: JSON.stringify({ checks: await doors.views.checks(tablesOf(grant), context) }) }
      },
    },
    {
      method: 'GET',
      path: '/v1/models/tests',
      summary: 'The tests of the models, and what became of each when it was last run: the rows that differ',
      need: 'tables',
      gives: testsAnswer,
      async handle({ grant, context }) {
        return { text: JSON.stringify({ tests: await doors.views.tests(tablesOf(grant), context) }) }
      },
    },
    {
      method: 'GET',
      path: '/v1/models/:name/builds',
      summary: 'The builds of a model: when, how long, how many rows, by whom',
      need: 'tables',
      parameters: buildsParameters,
      gives: buildsAnswer,
      async handle(asked) {
        const { grant, params, context } = asked
        const one = { name: params['name'] ?? '', ...parametersOf(buildsParameters, asked), allowed: tablesOf(grant) }
        return { text: JSON.stringify({ builds: await doors.views.builds(one, context) }) }
      },
    },
  ]
}
