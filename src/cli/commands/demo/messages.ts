import type { DemoAnswer } from '../../../api/demo.ts'

/** What a demo's server tells the process that watches over it. */
export type FromServer = { readonly kind: 'listening'; readonly url: string } | { readonly kind: 'pull' }

/** And is told. */
export type ToServer = DemoAnswer

/** Set for a server that is a demo's. */
export const demoVariable = 'MILLRACE_DEMO'
