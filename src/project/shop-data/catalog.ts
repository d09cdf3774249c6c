import { seededRandom } from '../../sources/seeded-random.ts'

/** A category of the shop: share of the visits, products in it, a usual price, and who makes them. */
interface Category {
  readonly id: string
  readonly code: string
  readonly weight: number
  readonly products: number
  readonly price: number
  readonly brands: readonly string[]
}

const phones = ['samsung', 'apple', 'xiaomi', 'huawei', 'oppo', 'nokia', 'honor']
const home = ['bosch', 'lg', 'samsung', 'indesit', 'beko', 'haier', 'midea', 'artel']
const small = ['tefal', 'philips', 'redmond', 'polaris', 'vitek', 'braun', 'elenberg', '']
const cars = ['pioneer', 'starline', 'sheriff', 'artway', 'sony', '']
const shoes = ['baden', 'respect', 'rieker', 'salomon', 'nike', '']
const rooms = ['brw', 'sv', 'mebelson', 'dauscher', '']

const categories: readonly Category[] = (
  [
    ['2053013555631882655', 'electronics.smartphone', 2459, 900, 320, phones],
    ['2053013553559896355', '', 468, 500, 45, ['', 'sokolov', 'lucente']],
    ['2053013554415534427', 'electronics.video.tv', 335, 260, 380, ['samsung', 'lg', 'sony', 'artel', 'haier', 'tcl']],
    ['2053013558920217191', 'computers.notebook', 312, 380, 620, ['acer', 'lenovo', 'hp', 'asus', 'apple', 'dell']],
    ['2053013554658804075', 'electronics.audio.headphone', 284, 420, 70, ['apple', 'samsung', 'xiaomi', 'jbl', 'sony']],
    ['2053013563651392361', '', 242, 200, 60, ['lucente', '']],
    ['2053013565983425517', 'appliances.environment.vacuum', 230, 220, 120, [...small, 'samsung', 'lg']],
    ['2053013563810775923', 'appliances.kitchen.washer', 226, 190, 330, home],
    ['2053013553341792533', 'electronics.clocks', 305, 600, 140, ['casio', 'apple', 'samsung', 'tissot', 'orient', '']],
    ['2053013563911439225', 'appliances.kitchen.refrigerators', 182, 240, 420, home],
    ['2053013563693335403', '', 125, 240, 85, ['cordiant', 'nokian', 'viatti', 'michelin']],
    ['2053013563970159485', '', 125, 200, 30, ['', 'tefal']],
    ['2053013565639492569', 'apparel.shoes', 242, 900, 75, shoes],
    ['2053013565069067197', 'apparel.shoes.keds', 61, 240, 65, shoes],
    ['2053013561092866779', 'computers.desktop', 84, 130, 540, ['pulser', 'hp', 'lenovo', 'acer', '']],
    ['2053013553031414015', 'computers.peripherals.monitor', 64, 120, 190, ['samsung', 'lg', 'acer', 'hp', 'aoc']],
    ['2053013556311359947', 'construction.tools.drill', 58, 140, 60, ['bosch', 'makita', 'metabo', 'zubr', '']],
    ['2053013553970938175', 'auto.accessories.player', 75, 110, 90, cars],
    ['2053013560899928785', 'auto.accessories.videoregister', 42, 100, 75, cars],
    ['2053013560807654091', 'auto.accessories.alarm', 39, 60, 110, cars],
    ['2053013557133443581', 'furniture.living_room.cabinet', 71, 220, 180, rooms],
    ['2053013559792632471', 'furniture.living_room.sofa', 57, 180, 420, rooms],
    ['2053013557192163841', 'furniture.bedroom.bed', 49, 160, 300, rooms],
    ['2172371436436455782', 'electronics.tablet', 55, 120, 240, ['samsung', 'apple', 'huawei', 'lenovo', 'prestigio']],
    ['2053013554776244595', 'appliances.kitchen.microwave', 54, 110, 95, home],
    ['2053013564003713919', 'appliances.kitchen.oven', 53, 120, 290, [...home, 'gorenje', 'hansa']],
    ['2053013553945772349', 'electronics.audio.subwoofer', 52, 90, 110, ['pioneer', 'jbl', 'alphard', 'kicx', '']],
    ['2053013555573162395', 'electronics.telephone', 51, 90, 30, ['nokia', 'panasonic', 'texet', 'prestigio', '']],
    ['2053013560346280633', 'kids.carriage', 44, 150, 160, ['rant', 'peg perego', 'chicco', '']],
    ['2053013555262783879', 'appliances.kitchen.blender', 43, 130, 55, small],
    ['2053013566176363511', 'appliances.iron', 43, 110, 40, small],
    ['2053013554834964853', 'appliances.kitchen.kettle', 43, 130, 28, small],
    ['2053013552293216471', 'appliances.environment.air_heater', 43, 110, 50, ['ballu', 'midea', 'polaris', '']],
    ['2053013555321504139', 'appliances.kitchen.meat_grinder', 38, 80, 70, small],
    ['2053013566100866035', 'appliances.sewing_machine', 38, 60, 130, ['janome', 'singer', 'brother', '']],
    ['2053013552326770905', 'appliances.environment.water_heater', 31, 90, 150, ['ariston', 'thermex', 'artel']],
    ['2053013563743667055', 'appliances.kitchen.hood', 30, 100, 110, ['elikor', 'bosch', 'hansa', '']],
    ['2146660887203676486', 'apparel.costume', 29, 300, 55, ['', 'finn flare']],
  ] as const
).map(([id, code, weight, products, price, brands]) => ({ id, code, weight, products, price, brands }))

/** What the shop sells. */
export interface Catalog {
  /** `product_id,category_id,category_code,brand,price` of each product, as it stands in a file. */
  readonly products: readonly string[]
  /** A product that visitors look at, by two numbers in [0, 1): some categories and products draw many, most few. */
  pick(category: number, product: number): number
  /** Another product of the same category. */
  pickLike(other: number, product: number): number
}

/** The catalogue; the same in every run, so that products mean the same in all data of the shop. */
export function shopCatalog(): Catalog {
  const random = seededRandom(2019)
  const products: string[] = []
  const categoryOf: number[] = []
  const first: number[] = []
  for (const [index, { id, code, products: count, price, brands }] of categories.entries()) {
    first.push(products.length)
    for (let own = 0; own < count; own++) {
      const spread = Math.exp((random() + random() + random() - 1.5) * 1.1)
      const brand = brands[Math.floor(brands.length * random() ** 1.6)] ?? ''
      const cents = random() < 0.5 ? 0.99 : Math.floor(random() * 100) / 100
      const shown = (Math.max(1, Math.floor(price * spread)) + cents).toFixed(2)
      const productId = 1_000_000 + index * 1_500_000 + own * 37 + Math.floor(random() * 37)
      products.push(`${productId},${id},${code},${brand},${shown}`)
      categoryOf.push(index)
    }
  }
  const slots = categories.flatMap(({ weight }, index) => new Array<number>(Math.ceil(weight / 2)).fill(index))
  const inside = (category: number, product: number) => {
    const { products: count } = categories[category] as Category
    return (first[category] as number) + Math.floor(count * product ** 2.5)
  }
  return {
    products,
    pick: (category, product) => inside(slots[Math.floor(slots.length * category)] as number, product),
    pickLike: (other, product) => inside(categoryOf[other] as number, product),
  }
}
