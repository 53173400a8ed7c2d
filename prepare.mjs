// Part of `npm ci`: builds the window and the command line. Where development dependencies are left out there is nothing to
// build with, and what was built elsewhere is used.
import { builds, makeCurrent } from './main/host/builds.mjs'

const canBuild = await import('vite').then(
  () => true,
  () => false,
)
if (canBuild) for (const build of [builds.window, builds.program]) await makeCurrent(build)
