import * as z from 'zod'

// Zod compiles schemas with `new Function` where it can. The content security policy forbids that, and even the probe
// is reported as a violation. Must run before the first schema is made, hence a separate module.
z.config({ jitless: true })
