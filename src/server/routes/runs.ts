import {
  buildParameters,
  buildRequest,
  buildsRequest,
  type RunView,
  runsAnswer,
  runsParameters,
  runView,
  testsRequest,
} from '../../api/runs.ts'
import { beganBy } from '../access.ts'
import type { Doors } from '../doors.ts'
import { type Answered, type Asked, bodyOf, parametersOf, type Route } from '../route.ts'

/** Models are built and tested by whoever may change all there is; one run at a time. */
export function runRoutes(doors: Pick<Doors, 'builds'>): readonly Route[] {
  const begun = async (asked: Asked, begin: (by: string) => Promise<RunView>): Promise<Answered> => {
    const { wait } = parametersOf(buildParameters, asked)
    const run = await begin(beganBy(asked.grant))
    if (wait === undefined) return answered(run, 202)
    // the run goes on where whoever asked has gone
    return answered(await doors.builds.ended(run.id, asked.context))
  }
  const statuses = { 202: 'it has begun: `/v1/runs/:id` tells how far it is', 409: 'another run is under way' }
  return [
    {
      method: 'POST',
      path: '/v1/models/:name/build',
      summary: 'Builds a model, and what hangs on it or what it is made from if that is asked for',
      need: 'admin',
      parameters: buildParameters,
      takes: { type: 'application/json', shape: buildRequest },
      gives: runView,
      statuses,
      async handle(asked) {
        const { upstream, downstream, full } = bodyOf(buildRequest, orEmpty(asked.body))
        const word = `${upstream ? '+' : ''}${asked.params['name'] ?? ''}${downstream ? '+' : ''}`
        return begun(asked, (by) => doors.builds.start({ select: [word], full }, by, asked.context))
      },
    },
    {
      method: 'POST',
      path: '/v1/runs',
      summary: 'Builds the models that are chosen, as `millrace build --select` does',
      need: 'admin',
      parameters: buildParameters,
      takes: { type: 'application/json', shape: buildsRequest },
      gives: runView,
      statuses,
      async handle(asked) {
        const choice = bodyOf(buildsRequest, orEmpty(asked.body))
        return begun(asked, (by) => doors.builds.start(choice, by, asked.context))
      },
    },
    {
      method: 'POST',
      path: '/v1/models/tests',
      summary: 'Runs the tests of the models that are chosen, as `millrace test --select` does',
      need: 'admin',
      parameters: buildParameters,
      takes: { type: 'application/json', shape: testsRequest },
      gives: runView,
      statuses,
      async handle(asked) {
        const { select } = bodyOf(testsRequest, orEmpty(asked.body))
        return begun(asked, (by) => doors.builds.test(select, by, asked.context))
      },
    },
    {
      method: 'GET',
      path: '/v1/runs',
      summary: 'What was run on the project: builds, tests, loads, checks; by whom, and what became of it',
      need: 'admin',
      parameters: runsParameters,
      gives: runsAnswer,
      async handle(asked) {
        return { text: JSON.stringify(doors.builds.list(parametersOf(runsParameters, asked))) }
      },
    },
    {
      method: 'GET',
      path: '/v1/runs/:id',
      summary: 'One run; while it is under way, how far it is',
      need: 'admin',
      often: true,
      gives: runView,
      handle: async ({ params }) => answered(doors.builds.get(params['id'] ?? '')),
    },
    {
      method: 'DELETE',
      path: '/v1/runs/:id',
      summary: 'Cancels a run at its next safe point; one that has ended stays as it is',
      need: 'admin',
      gives: runView,
      handle: async ({ params }) => answered(await doors.builds.cancel(params['id'] ?? '')),
    },
  ]
}

function answered(run: RunView, status = 200): Answered {
  return { status, text: JSON.stringify(run) }
}

/** What need not be said need not be sent. */
function orEmpty(body: Buffer): Buffer {
  return body.length === 0 ? Buffer.from('{}') : body
}
