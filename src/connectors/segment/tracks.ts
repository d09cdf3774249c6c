import type { Contract } from '../../contract/contract.ts'
import { type Declaration, type Faults, parseContract } from '../../contract/declaration.ts'
import { join, name, sql } from '../../sql/text.ts'

/**
 * What Segment's events are (https://segment.com/docs/connections/spec/common/), under the names that its libraries and
 * its archives write.
 */
const declared: Declaration = {
  columns: {
    message_id: { type: 'varchar not null', from: 'messageId' },
    type: 'varchar not null',
    event: 'varchar',
    user_id: { type: 'varchar', from: 'userId' },
    anonymous_id: { type: 'varchar', from: 'anonymousId' },
    group_id: { type: 'varchar', from: 'groupId' },
    previous_id: { type: 'varchar', from: 'previousId' },
    name: 'varchar',
    category: 'varchar',
    timestamp: 'timestamptz not null',
    original_timestamp: { type: 'timestamptz', from: 'originalTimestamp' },
    sent_at: { type: 'timestamptz', from: 'sentAt' },
    received_at: { type: 'timestamptz not null', from: 'receivedAt' },
    properties: 'json',
    traits: 'json',
    context: 'json',
    integrations: 'json',
    metadata: { type: 'json', from: '_metadata' },
  },
  id: 'message_id',
  time: 'timestamp',
  partitionBy: { day: 'timestamp' },
  subject: 'user_id',
}

/** A library that sends a message again fills these by what it knows then. */
const varying: readonly string[] = [
  'user_id',
  'anonymous_id',
  'previous_id',
  'timestamp',
  'sent_at',
  'received_at',
  'metadata',
]

/** The contract of a stream of all of Segment's events. */
export function tracksContract(timezone: string, faults: Faults): Contract {
  const contract = parseContract(declared, timezone, faults)
  const columns = contract.columns.map((column) =>
    varying.includes(column.name) ? ({ ...column, varies: true } as const) : column,
  )
  return { ...contract, columns }
}

/** The view that says whose anonymous ids are, over the streams of all events. */
export function identitiesSql(streams: readonly string[]): string {
  const told = streams.map(
    (stream) => sql`
  SELECT CASE type WHEN 'alias' THEN previous_id ELSE anonymous_id END AS anonymous_id, user_id, "timestamp"
  FROM ${name(stream)}
  WHERE type IN ('identify', 'alias')`,
  )
  const select = sql`SELECT anonymous_id, user_id, min("timestamp") AS first_seen
FROM (${join(told, '\n  UNION ALL')}
) AS told
WHERE anonymous_id IS NOT NULL AND user_id IS NOT NULL
GROUP BY anonymous_id, user_id`
  return `/*
description: Which user an anonymous id was told to be, from identify and alias
kind: view
*/
${select.text}
`
}
