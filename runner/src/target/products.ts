/** What the demo shop sells. */
export interface Product {
  id: number
  name: string
  price: number
}

const materials = ['Oak', 'Linen', 'Brass', 'Wool', 'Slate', 'Cork', 'Enamel', 'Walnut', 'Copper', 'Felt']
const things = ['lamp', 'chair', 'kettle', 'blanket', 'clock', 'basket', 'mirror', 'shelf', 'bowl', 'stool']

/** The same products at every start, so that runs can be compared. */
export function catalogue(size = 200): Product[] {
  return Array.from({ length: size }, (_, index) => {
    const material = materials[index % materials.length]
    const thing = things[Math.floor(index / materials.length) % things.length]
    return { id: index + 1, name: `${material} ${thing} no. ${index + 1}`, price: 5 + ((index * 37) % 190) + 0.95 }
  })
}
