import type { DemoAnswer } from '../api/demo.ts'

/** The way from a demo's server to the process that watches over it. */
export interface DemoDoor {
  state(): DemoAnswer
  /** Has the server killed, without warning. */
  pull(): void
}
