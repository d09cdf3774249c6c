import { partParameters, tableRequest, type UploadView, uploadRequest, uploadView } from '../../api/uploads.ts'
import { beganBy } from '../access.ts'
import type { Doors } from '../doors.ts'
import { type Answered, bodyOf, parametersOf, type Route } from '../route.ts'

/** A file of somebody's own becomes a table, with a model and a dashboard: sent in parts, looked at, loaded. */
export function uploadRoutes(doors: Pick<Doors, 'uploads'>): readonly Route[] {
  const one = '/v1/uploads/:id'
  return [
    {
      method: 'POST',
      path: '/v1/uploads',
      summary: 'Begins to send a file that is to become a table',
      need: 'admin',
      takes: { type: 'application/json', shape: uploadRequest },
      gives: uploadView,
      statuses: { 413: 'there is no room for it', 415: 'it is of no format that is read' },
      handle: async ({ body }) => answered(await doors.uploads.begin(bodyOf(uploadRequest, body)), 201),
    },
    {
      method: 'POST',
      path: `${one}/parts`,
      summary: 'The next part of a file, as it is; with the last one, or enough of text, its columns are inferred',
      need: 'admin',
      often: true,
      parameters: partParameters,
      gives: uploadView,
      statuses: { 409: 'another byte is the next: GET tells which' },
      async handle(asked) {
        const { params, body, context } = asked
        const { from } = parametersOf(partParameters, asked)
        return answered(await doors.uploads.take(params['id'] ?? '', from, body, context))
      },
    },
    {
      method: 'POST',
      path: `${one}/table`,
      summary: 'Makes a file that is here a table of the project, and gives it a model and a dashboard, all as files',
      need: 'admin',
      takes: { type: 'application/json', shape: tableRequest },
      gives: uploadView,
      statuses: { 202: 'it is being loaded: GET tells how far', 409: 'the name is taken, or not all of it is here' },
      async handle({ grant, params, body, context }) {
        const { table, max_rejects: maxRejects } = bodyOf(tableRequest, body)
        const asked = { table, maxRejects, by: beganBy(grant) }
        return answered(await doors.uploads.load(params['id'] ?? '', asked, context), 202)
      },
    },
    {
      method: 'GET',
      path: one,
      summary: 'How far a file is, and what it has become',
      need: 'admin',
      often: true,
      gives: uploadView,
      handle: async ({ params }) => answered(doors.uploads.get(params['id'] ?? '')),
    },
    {
      method: 'DELETE',
      path: one,
      summary: 'Forgets a file; what it has become stays',
      need: 'admin',
      gives: uploadView,
      async handle({ params }) {
        const id = params['id'] ?? ''
        const view = doors.uploads.get(id)
        await doors.uploads.discard(id)
        return answered(view)
      },
    },
  ]
}

function answered(upload: UploadView, status = 200): Answered {
  return { status, text: JSON.stringify(upload) }
}
