/** The command line from its first line of TypeScript. The heap is limited before anything large is loaded. */
import { limitHeapGrowth } from '../host/heap-limits.ts'

limitHeapGrowth()
const { main } = await import('./cli.ts')
await main(process.argv.slice(2))
