export { MillraceError } from './core/errors.ts'
