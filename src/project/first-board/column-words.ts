import { wordsIn } from '../../contract/name-words.ts'

/** What the names of columns say of what is in them, in the words that exports of shops, banks and apps use. */

const money = new Set(
  `amount revenue sales price cost costs spend spent paid fee fees payment payments income turnover subtotal total gross
umsatz preis betrag summe importe precio ingresos prix montant chiffre usd eur gbp`.split(/\s+/),
)

/** With one of these a name of money is a share, a number of something, or what something is called. */
const noMoney = new Set(
  `pct percent percentage rate ratio avg average mean per count number num qty quantity units minutes seconds hours days
id ids code type method name status currency rank time date at volume area weight`.split(/\s+/),
)

const currencies = new Set(['usd', 'eur', 'gbp', 'chf', 'jpy', 'mxn', 'inr', 'cad', 'aud', 'brl', 'cny'])

const idWords = new Set(
  `id ids uuid guid key hash token session sku ean isbn upc zip zipcode postcode plz postal phone mobile iban vin no nr
num number code index lat latitude lon lng longitude x y`.split(/\s+/),
)

const personal = new Set(
  `email mail phone mobile tel telephone address street firstname lastname surname fullname username passport ssn iban
birthday birthdate dob ip password`.split(/\s+/),
)

const births = new Set(['birth', 'birthday', 'birthdate', 'born', 'dob'])
const later = new Set(['updated', 'modified', 'changed', 'expires', 'expiry', 'expired', 'deleted', 'valid', 'until'])
const moments = new Set(
  `time timestamp date datetime at ts when day created ordered placed occurred started start event order purchase
transaction sale datum zeit fecha`.split(/\s+/),
)

const kinds = new Set(
  `category type kind status state country region city department brand channel segment product plan source method
genre store shop team group level class medium campaign platform device browser language currency gender kategorie
land stadt pais categoria artikel`.split(/\s+/),
)

const has = (words: readonly string[], set: ReadonlySet<string>): boolean => words.some((word) => set.has(word))

export function isMoney(name: string): boolean {
  const words = wordsIn(name)
  return has(words, money) && !has(words, noMoney)
}

/** The currency that a name says, as ISO 4217 has it. */
export function currencyIn(name: string): string | undefined {
  return wordsIn(name)
    .find((word) => currencies.has(word))
    ?.toUpperCase()
}

/** A name of what tells things apart, or places them: nothing that is added up or grouped by. */
export function isIdentity(name: string): boolean {
  return has(wordsIn(name), idWords)
}

/** A name of what is a person's. */
export function isPersonal(name: string): boolean {
  const words = wordsIn(name)
  return (
    has(words, personal) ||
    (words.includes('name') && has(words, new Set(['first', 'last', 'full', 'user', 'customer'])))
  )
}

/** How much a name speaks for the time at which a row happened. */
export function momentRank(name: string): number {
  const words = wordsIn(name)
  if (has(words, births)) return -2
  if (has(words, later)) return -1
  return has(words, moments) ? 1 : 0
}

/** How much a name speaks for a column to group by. */
export function kindRank(name: string): number {
  return has(wordsIn(name), kinds) ? 1 : 0
}

/** `unit_price` → `Unit price`. */
export function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The title of what is summed up: the currency stands with the number. */
export function measureTitle(name: string): string {
  const words = wordsIn(name).filter((word) => !currencies.has(word))
  return titleOf(words.length > 0 ? words.join(' ') : name)
}
