import { z } from 'zod'
import { ingestAnswer } from './ingest.ts'

/** What Segment's libraries are answered: they look at the status alone, and send the whole again where it is none of 2xx. */
export const trackingAnswer = z.strictObject({ success: z.literal(true), ...ingestAnswer.shape })

/** Where `@segment/analytics-next` is told to send to. */
export const trackingSettings = z.looseObject({
  integrations: z.strictObject({
    'Segment.io': z.looseObject({ apiKey: z.string(), apiHost: z.string(), protocol: z.enum(['http', 'https']) }),
  }),
})
