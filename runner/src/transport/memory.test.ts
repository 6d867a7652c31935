import { linkContract } from './link.contract.ts'
import { memoryLink } from './memory.ts'

linkContract('memory link', async () => memoryLink<number, string>())
