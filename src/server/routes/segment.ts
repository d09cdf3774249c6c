import { z } from 'zod'
import { trackingAnswer, trackingSettings } from '../../api/tracking.ts'
import { type Call, readRequest } from '../../connectors/segment/read-request.ts'
import { browserSettings } from '../../connectors/segment/settings.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Gate } from '../access.ts'
import type { Doors } from '../doors.ts'
import type { RateLimit } from '../rate-limit.ts'
import type { Asked, Route } from '../route.ts'
import { TrackingKeys } from '../tracking-keys.ts'

/** What a path's last word stands for; undefined: several events that say it themselves. */
const calls: readonly (readonly [words: readonly string[], call: Call | undefined])[] = [
  [['track', 't'], 'track'],
  [['identify', 'i'], 'identify'],
  [['page', 'p'], 'page'],
  [['screen', 's'], 'screen'],
  [['group', 'g'], 'group'],
  [['alias', 'a'], 'alias'],
  [['batch', 'b', 'import'], undefined],
]

/**
 * The routes of Segment's HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/) and of
 * its browser library, for the tracking sources of the project. None where there is none.
 */
export function segmentRoutes(doors: Doors, gate: Gate, rates: RateLimit): readonly Route[] {
  if (doors.tracking.length === 0) return []
  const keys = new TrackingKeys(doors.tracking, gate)
  const common = {
    // their keys are told apart below: browsers may have it in the body
    need: 'nothing',
    often: true,
    fromPages: (origin: string, host: string | undefined) => keys.allows(origin, host),
  } as const
  const sends = calls.flatMap(([words, call]) =>
    words.map((word): Route => {
      return {
        ...common,
        method: 'POST',
        path: `/v1/${word}`,
        summary: call
          ? `One \`${call}\` of Segment’s libraries is durable, as stored or as a reject`
          : 'Every event of a batch of Segment’s libraries is durable, as stored or as a reject',
        takes: { type: 'application/json', shape: call ? event : batch },
        gives: trackingAnswer,
        async handle(asked) {
          const request = readRequest(asked.body, call)
          const source = keys.sourceOf({ ...askingOf(asked), writeKey: request.writeKey })
          const limit = source.requestsPerSecond
          if (rates.takeOf(`tracking ${doors.tracking.indexOf(source)}`, limit) !== undefined)
            throw new MillraceError('REQUESTS_TOO_MANY', { limit: limit ?? 0, unit: 'a second with this write key' })
          const answer = await doors.track(source, request, asked.context)
          return { text: JSON.stringify({ success: true, ...answer }) }
        },
      }
    }),
  )
  return [
    ...sends,
    {
      ...common,
      method: 'GET',
      path: '/v1/projects/:key/settings',
      summary: 'Where Segment’s browser library is to send to',
      gives: trackingSettings,
      async handle(asked) {
        const { key = '' } = asked.params
        keys.sourceOf({ ...askingOf(asked), authorization: undefined, writeKey: key })
        const protocol = asked.header('x-forwarded-proto') === 'https' ? 'https' : 'http'
        return { text: JSON.stringify(browserSettings(key, { protocol, host: asked.header('host') ?? '' })) }
      },
    },
  ]
}

const event = z.looseObject({}).describe('one event, as Segment’s specification has it')
const batch = z.looseObject({ batch: z.array(z.looseObject({ type: z.string() })) })

function askingOf({ header }: Asked) {
  return { host: header('host'), origin: header('origin'), authorization: header('authorization') }
}
