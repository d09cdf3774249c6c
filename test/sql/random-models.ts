import type { Draw } from './trace-world.ts'

/** A column that the SQL under way can name, and what it is. */
interface Column {
  readonly name: string
  readonly type: Type
}

type Type = 'instant' | 'date' | 'number' | 'text'

/** What stands in a FROM under a name. */
interface Member {
  readonly alias: string
  readonly columns: readonly Column[]
}

interface Query {
  readonly sql: string
  readonly columns: readonly Column[]
}

const tables: Readonly<Record<string, readonly Column[]>> = {
  events: columnsOf('t instant, id number, user_id number, day date, kind text, n number'),
  views: columnsOf('view_id number, user_id number, seen_at instant, day date, page text, n number'),
  orders: columnsOf('order_id number, user_id number, t instant, n number'),
  users: columnsOf('user_id number, name text, born date'),
  prices: columnsOf('kind text, since instant, price number'),
  views_a_day: columnsOf('day date, n number'),
  visits: columnsOf('d instant, visit number'),
}

function columnsOf(text: string): readonly Column[] {
  return text.split(', ').map((each) => {
    const [name, type] = each.split(' ')
    return { name, type } as Column
  })
}

/** A model by chance: of what SQL has, and of what a proof could take for something else. */
export function randomModel(draw: Draw): string {
  const models = new Models(draw)
  const byKey = draw(4) === 0
  const { sql } = models.query(2, [], byKey ? 'number' : draw(2) === 0 ? 'instant' : 'date')
  const grain = ['day', 'day', 'hour', 'week', 'month'][draw(5)]
  return `${byKey ? '-- key: d' : `-- grain: ${grain}\n-- time: d`}\n${models.withCtes(sql)}`
}

/** One model's worth of names and choices. */
class Models {
  readonly #draw: Draw
  readonly #ctes = new Map<string, Query>()
  #named = 0

  constructor(draw: Draw) {
    this.#draw = draw
  }

  withCtes(sql: string): string {
    const ctes = [...this.#ctes].map(([name, { sql: text }]) => `${name} AS (${text})`)
    return ctes.length > 0 ? `WITH ${ctes.join(',\n  ')}\n${sql}` : sql
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#draw(items.length)] as T
  }

  #chance(of: number): boolean {
    return this.#draw(of) === 0
  }

  /** A SELECT or a set operation; its first column is `d`, of the type. */
  query(depth: number, outer: readonly Member[], first: Type): Query {
    if (depth === 0 || !this.#chance(5)) return this.#select(depth, outer, first, undefined)
    const left = this.#select(depth - 1, outer, first, undefined)
    const right = this.#select(depth - 1, outer, first, left.columns)
    const word = this.#pick(['UNION ALL', 'UNION', 'EXCEPT', 'INTERSECT', 'UNION ALL BY NAME', 'EXCEPT ALL'])
    return { sql: `(${left.sql}) ${word} (${right.sql})${this.#cut()}`, columns: left.columns }
  }

  #cut(): string {
    return this.#chance(60) ? ` ORDER BY ALL LIMIT ${2 + this.#draw(3)}` : ''
  }

  #select(depth: number, outer: readonly Member[], first: Type, like: readonly Column[] | undefined): Query {
    const { from, members } = this.#from(depth, outer)
    const where = this.#where(depth, members, outer)
    const plan = like ?? this.#shape(first)
    const grouped = this.#chance(3)
    const keys: string[] = []
    const items = plan.map(({ name, type }, at) => {
      const whole = grouped && !this.#chance(at === 0 ? 8 : 2)
      const sql = grouped && !whole ? this.#aggregate(type, members) : this.#value(type, members, outer)
      if (whole) keys.push(this.#chance(4) ? String(at + 1) : sql)
      return `${sql} AS ${name}`
    })
    if (!grouped && this.#chance(5)) items.push(`${this.#window(members, plainOf(items[0]))} AS w`)
    const more = grouped ? this.#groupBy(keys) : this.#chance(12) ? this.#qualify(members, plainOf(items[0])) : ''
    const distinct = grouped ? '' : this.#distinct(plan)
    const order = distinct.includes('ON') ? ' ORDER BY ALL' : this.#cut()
    return { sql: `SELECT ${distinct}${items.join(', ')} ${from}${where}${more}${order}`, columns: plan }
  }

  #distinct(plan: readonly Column[]): string {
    if (this.#chance(6)) return 'DISTINCT '
    const on = plan.filter(() => this.#chance(2)).map(({ name }) => name)
    return this.#chance(10) && on.length > 0 ? `DISTINCT ON (${on.join(', ')}) ` : ''
  }

  /** Names that tables have too, so that an alias can shadow a column. */
  #shape(first: Type): readonly Column[] {
    const names = ['n', 'day', 't', 'user_id', 'k'].filter(() => this.#chance(3))
    const types: Readonly<Record<string, Type>> = {
      n: 'number',
      day: 'date',
      t: 'instant',
      user_id: 'number',
      k: 'text',
    }
    return [{ name: 'd', type: first }, ...names.map((name) => ({ name, type: types[name] as Type }))]
  }

  #groupBy(keys: readonly string[]): string {
    if (this.#chance(4)) return ' GROUP BY ALL'
    if (keys.length === 0) return ''
    if (this.#chance(8)) return ` GROUP BY GROUPING SETS ((${keys.join(', ')}), (${keys[0]}))`
    if (this.#chance(12)) return ` GROUP BY ROLLUP (${keys.join(', ')})`
    return ` GROUP BY ${keys.join(', ')}${this.#chance(6) ? ' HAVING count(*) > 1' : ''}`
  }

  #from(depth: number, outer: readonly Member[]): { readonly from: string; readonly members: readonly Member[] } {
    const start = this.#member(depth, outer, [])
    let text = start.sql
    let members: readonly Member[] = [start.member]
    for (let more = this.#pick([0, 0, 1, 1, 1, 2]); more > 0; more--) {
      const { sql, member } = this.#member(depth, outer, members)
      const word = this.#pick([
        'JOIN',
        'JOIN',
        'JOIN',
        'JOIN',
        'LEFT JOIN',
        'LEFT JOIN',
        'LEFT JOIN',
        'RIGHT JOIN',
        'FULL JOIN',
        'SEMI JOIN',
        'ANTI JOIN',
        ',',
        'ASOF JOIN',
        'ASOF LEFT JOIN',
        'NATURAL JOIN',
        'NATURAL LEFT JOIN',
      ])
      const bare = word === ',' || word.startsWith('NATURAL')
      const shown = bare ? '' : this.#joinedBy(members, member, word.startsWith('ASOF'))
      text = word === ',' ? `${text}, ${sql}` : `${text} ${word} ${sql}${shown}`
      if (!['SEMI JOIN', 'ANTI JOIN'].includes(word)) members = [...members, member]
    }
    return { from: `FROM ${text}`, members }
  }

  #joinedBy(left: readonly Member[], right: Member, asof: boolean): string {
    const common = right.columns.filter(({ name }) =>
      left.some(({ columns }) => columns.some((column) => column.name === name)),
    )
    if (!asof && common.length > 0 && this.#chance(3)) return ` USING (${this.#pick(common).name})`
    const terms = [this.#equality(left, [right])]
    if (asof) terms.push(`${this.#column('instant', left)} >= ${this.#column('instant', [right])}`)
    else if (this.#chance(2)) terms.push(this.#equality(left, [right]))
    return ` ON ${terms.join(this.#chance(12) && !asof ? ' OR ' : ' AND ')}`
  }

  #member(depth: number, outer: readonly Member[], left: readonly Member[]) {
    const alias = `x${++this.#named}`
    const kinds = depth > 0 ? ['table', 'table', 'table', 'cte', 'query', 'lateral', 'star'] : ['table']
    switch (this.#pick(kinds)) {
      case 'cte': {
        const known = [...this.#ctes.keys()]
        const name = known.length > 0 && this.#chance(2) ? this.#pick(known) : this.#newCte(depth)
        const { columns } = this.#ctes.get(name) as Query
        return { sql: `${name} AS ${alias}`, member: { alias, columns } }
      }
      case 'query': {
        const { sql, columns } = this.query(depth - 1, [], this.#pick(['instant', 'date', 'number']))
        const renamed = columns.map(({ type }, at) => ({ name: `c${at}`, type }))
        if (this.#chance(2)) return { sql: `(${sql}) AS ${alias}`, member: { alias, columns } }
        const names = renamed.map(({ name }) => name).join(', ')
        return { sql: `(${sql}) AS ${alias}(${names})`, member: { alias, columns: renamed } }
      }
      case 'lateral': {
        const around = left.length > 0 ? left : outer
        const { sql, columns } = this.query(0, around, this.#pick(['instant', 'date', 'number']))
        return { sql: `LATERAL (${sql}) AS ${alias}`, member: { alias, columns } }
      }
      case 'star':
        return this.#starred(alias)
      default: {
        const name = this.#pick(['events', 'events', 'events', ...Object.keys(tables)])
        return { sql: `${name} AS ${alias}`, member: { alias, columns: tables[name] as readonly Column[] } }
      }
    }
  }

  /** What * gives of two tables, with columns left out, replaced, renamed, and named by their places. */
  #starred(alias: string): { readonly sql: string; readonly member: Member } {
    const [one, two] = [this.#pick(['events', 'orders']), this.#pick(['views', 'orders'])]
    const how = this.#pick([
      '',
      '',
      '',
      'EXCLUDE (n)',
      'EXCLUDE (user_id)',
      'REPLACE (7 AS n)',
      'RENAME (n AS m)',
      'EXCLUDE (b.n)',
    ])
    const tied = this.#pick(['USING (user_id)', 'USING (user_id, n)', 'ON a.user_id = b.user_id'])
    const columns = this.#pick([
      columnsOf('c0 number, c1 number, c2 number, c3 number, d date'),
      columnsOf('d instant, c0 number, c1 number'),
      columnsOf('c0 number, c1 number, c2 instant'),
    ])
    const names = columns.map(({ name }) => name).join(', ')
    const sql = `(SELECT * ${how} FROM ${one} a JOIN ${two} b ${tied}) AS ${alias}(${names})`
    return { sql, member: { alias, columns } }
  }

  #newCte(depth: number): string {
    // a CTE may have the name of a table, and hides it from there on
    const name = this.#chance(6) ? this.#pick(['users', 'views']) : `w${this.#ctes.size}`
    if (this.#ctes.has(name)) return name
    const made = this.query(depth - 1, [], this.#pick(['instant', 'date']))
    if (!this.#ctes.has(name)) this.#ctes.set(name, made)
    return name
  }

  #where(depth: number, members: readonly Member[], outer: readonly Member[]): string {
    const terms: string[] = []
    if (outer.length > 0) terms.push(this.#equality(members, outer))
    if (this.#chance(2)) terms.push(this.#term(depth, members))
    if (this.#chance(4)) terms.push(this.#term(depth, members))
    return terms.length > 0 ? ` WHERE ${terms.join(this.#chance(12) ? ' OR ' : ' AND ')}` : ''
  }

  #term(depth: number, members: readonly Member[]): string {
    const type = this.#pick<Type>(['date', 'instant', 'number'])
    const subquery = depth > 0 && this.#chance(2)
    if (!subquery)
      return this.#pick([
        () => this.#equality(members, members),
        () => `${this.#column('number', members)} > 1`,
        () => `${this.#column('text', members)} IS NOT NULL`,
        () => `${this.#column('date', members)} <= ${this.#column('date', members)}`,
      ])()
    const own = this.#pick(['events', 'views', 'orders', 'users'])
    const alias = `y${++this.#named}`
    const inner: Member = { alias, columns: tables[own] as readonly Column[] }
    const tied = `${this.#equality([inner], members)}${this.#chance(2) ? ` AND ${this.#equality([inner], members)}` : ''}`
    const not = this.#chance(4) ? 'NOT ' : ''
    return this.#pick([
      () => `${this.#column(type, members)} ${not}IN (SELECT ${this.#column(type, [inner])} FROM ${own} AS ${alias})`,
      () => `${not}EXISTS (SELECT 1 FROM ${own} AS ${alias} WHERE ${tied})`,
      () =>
        `${this.#column('number', members)} >= (SELECT min(${this.#column('number', [inner])}) FROM ${own} AS ${alias} WHERE ${tied})`,
    ])()
  }

  /** Most often of the very same expression on both sides. */
  #equality(left: readonly Member[], right: readonly Member[]): string {
    const type = this.#pick<Type>(['date', 'date', 'instant', 'instant', 'number', 'text'])
    const [a, b] = [this.#column(type, left), this.#column(type, right)]
    const word = this.#chance(8) ? 'IS NOT DISTINCT FROM' : '='
    if (type !== 'instant') return `${a} ${word} ${b}`
    const [f, g] = [this.#made(), this.#made()]
    const same = !this.#chance(4)
    if (this.#chance(5)) return `${inDays(a)} ${word} ${this.#column('date', right)}`
    return this.#chance(2) ? `${a} ${word} ${b}` : `${f(a)} ${word} ${(same ? f : g)(b)}`
  }

  #made(): (column: string) => string {
    return this.#pick([inDays, (a) => `date_trunc('hour', ${a})`, (a) => `CAST(${a} AS DATE)`])
  }

  /** A column of the type, with its table's name or without, or a constant where there is none. */
  #column(type: Type, members: readonly Member[]): string {
    const found = members.flatMap(({ alias, columns }) =>
      columns.flatMap((column) => (column.type === type ? [{ alias, name: column.name }] : [])),
    )
    if (found.length === 0 && type === 'date') {
      const instant = this.#column('instant', members)
      return instant === constants.instant ? constants.date : inDays(instant)
    }
    if (found.length === 0) return constants[type]
    const { alias, name } = this.#chance(2) ? (found[0] as (typeof found)[number]) : this.#pick(found)
    return this.#chance(3) ? name : `${alias}.${name}`
  }

  #value(type: Type, members: readonly Member[], outer: readonly Member[]): string {
    const own = outer.length > 0 && this.#chance(6) ? outer : members
    const column = this.#column(type, own)
    if (!this.#chance(3)) return column
    switch (type) {
      case 'instant':
        return this.#pick([
          `date_trunc('hour', ${column})`,
          `date_trunc('day', ${column})`,
          `${column} + INTERVAL 1 HOUR`,
        ])
      case 'date':
        return this.#pick([
          inDays(this.#column('instant', own)),
          `CAST(${this.#column('instant', own)} AS DATE)`,
          `CAST(date_trunc('week', ${column}) AS DATE)`,
        ])
      case 'number':
        return this.#pick([`${column} + 1`, `coalesce(${column}, 0)`])
      case 'text':
        return `coalesce(${column}, 'none')`
    }
  }

  #aggregate(type: Type, members: readonly Member[]): string {
    if (type === 'number' && this.#chance(2)) return `count(*) FILTER (WHERE ${this.#column('number', members)} > 0)`
    return `${this.#pick(['min', 'max'])}(${this.#column(type, members)})`
  }

  #window(members: readonly Member[], told: string): string {
    const other = this.#column(this.#pick(['date', 'number', 'instant']), members)
    const keys = this.#chance(5) ? [other] : this.#chance(2) ? [told] : [told, other]
    const what = this.#pick(['count(*)', `sum(${this.#column('number', members)})`, 'rank()'])
    return `${what} OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${this.#column('number', members)})`
  }

  #qualify(members: readonly Member[], told: string): string {
    return ` QUALIFY ${this.#window(members, told)} < 3`
  }
}

const constants: Readonly<Record<Type, string>> = {
  instant: "TIMESTAMPTZ '2026-03-08 05:00:00+00'",
  date: "DATE '2026-03-08'",
  number: '1',
  text: "'view'",
}

function inDays(column: string): string {
  return `CAST(${column} AT TIME ZONE 'America/New_York' AS DATE)`
}

/** An item of a SELECT without its alias. */
function plainOf(item: string | undefined): string {
  return (item ?? '').replace(/ AS \w+$/, '')
}
