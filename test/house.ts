/** The house from the ground up. A room imports from lower floors only; rooms of one floor do not know each other. */
export const floors = [
  ['core'],
  ['api', 'charts'],
  ['storage', 'sql'],
  ['contract'],
  ['engines'],
  ['lake'],
  ['streams'],
  ['query'],
  ['checks'],
  ['models', 'sources', 'sinks', 'dashboards'],
  ['lineage', 'jobs'],
  ['connectors'],
  ['project'],
  ['server'],
  ['cli'],
] as const

/** Rooms that run in a browser too: no `node:`, no package but zod. They are all that `ui/` may import values from. */
export const everywhere: readonly string[] = ['core', 'api', 'charts', 'contract']

/** Files of other rooms that run everywhere too, as they import nothing but each other. */
export const pure: readonly string[] = ['src/sql/identifier.ts', 'src/sql/text.ts']

/** Packages too heavy to load with a room; they are imported where they are used. */
export const lazy: readonly string[] = ['@duckdb/node-api', 'fastify', 'pino']
