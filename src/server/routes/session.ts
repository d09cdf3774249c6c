import { type SessionAnswer, sessionAnswer, sessionRequest } from '../../api/session.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import { type Asking, dashboardsOf, type Gate, type Grant, isOwn, tablesOf } from '../access.ts'
import type { Doors } from '../doors.ts'
import type { Asked, Route } from '../route.ts'
import { setCookie } from '../session-cookies.ts'

/** Signing in, for browsers: they are given a cookie for a token. */
export function sessionRoutes(
  doors: Pick<Doors, 'project' | 'timezone'>,
  gate: Gate,
  isDemo: boolean,
): readonly Route[] {
  const whoIs = (grant: Grant): SessionAnswer => {
    const nobody = { token: null, tables: null, dashboards: null, project: null, timezone: null }
    if (grant.kind === 'anyone' || grant.kind === 'write') return { access: 'none', ...nobody }
    const { project, timezone } = doors
    const [tables, dashboards] = [tablesOf(grant), dashboardsOf(grant)]
    return {
      access: grant.kind,
      token: grant.kind === 'read' ? grant.name : null,
      tables: tables === 'all' ? null : [...tables],
      dashboards: dashboards === 'all' ? null : [...dashboards],
      project,
      timezone,
      ...(isDemo && { demo: true }),
    }
  }
  const path = '/v1/session'
  return [
    {
      method: 'GET',
      path,
      summary: 'Who is signed in; asked without a token it is nobody, and no error',
      need: 'nothing',
      always: true,
      gives: sessionAnswer,
      handle: async (asked) => ({ text: JSON.stringify(whoIs(grantOf(gate, askingOf(asked)))) }),
    },
    {
      method: 'POST',
      path,
      summary:
        'Signs in with an admin’s or a read token: pages of this server then send a cookie, which no script reads',
      need: 'nothing',
      always: true,
      takes: { type: 'application/json', shape: sessionRequest },
      gives: sessionAnswer,
      async handle(asked) {
        const asking = ownPage(asked)
        const { grant, session } = gate.signIn(tokenOf(asked.body), asking)
        const cookie = { 'set-cookie': setCookie(session, asking.host, asking.origin) }
        return { text: JSON.stringify(whoIs(grant)), ...(session !== undefined && { headers: cookie }) }
      },
    },
    {
      method: 'DELETE',
      path,
      summary: 'Signs out',
      need: 'nothing',
      always: true,
      gives: sessionAnswer,
      async handle(asked) {
        const { host, origin } = ownPage(asked)
        const headers = { 'set-cookie': setCookie(undefined, host, origin) }
        return { text: JSON.stringify(whoIs({ kind: 'anyone' })), headers }
      },
    },
  ]
}

function askingOf({ header, method }: Asked): Asking {
  return {
    method,
    host: header('host'),
    origin: header('origin'),
    authorization: header('authorization'),
    cookie: header('cookie'),
  }
}

/** Signing in and out is for pages of this server; programs have their token. */
function ownPage(asked: Asked): Asking {
  const asking = askingOf(asked)
  if (asking.origin !== undefined && !isOwn(asking.origin, asking.host))
    throw new MillraceError('ORIGIN_REFUSED', { origin: asking.origin.slice(0, 100) })
  return asking
}

/** What somebody may do; whoever has no token, or another one, is anyone. */
function grantOf(gate: Gate, asking: Asking): Grant {
  try {
    return gate.admit(asking, 'read')
  } catch (error) {
    if (isError(error, 'TOKEN_MISSING') || isError(error, 'TOKEN_REFUSED')) return { kind: 'anyone' }
    throw error
  }
}

function tokenOf(body: Buffer): string {
  try {
    return sessionRequest.parse(JSON.parse(body.toString('utf8'))).token
  } catch (error) {
    throw new MillraceError('REQUEST_INVALID', { reason: 'the body is not `{"token": "…"}`' }, error)
  }
}
