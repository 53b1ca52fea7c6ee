/** Bundles src/cli/main.ts to dist/promha.js, in pieces, so that a command loads only what it needs. */
import { chmod, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Native parts that ssh2 does without. Left to Node, they would be looked for in the node_modules of every folder above,
 * which for a checkout in /tmp is somebody else's.
 */
const withoutNativeParts = {
  name: 'without native parts',
  setup(plugins) {
    plugins.onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path }) => ({ path, namespace: 'absent' }))
    plugins.onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not part of promha`)})`,
    }))
  },
}

await rm(`${root}/dist`, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: { promha: 'src/cli/main.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names stay as they are: stack traces are read by people, and the size is that of the comments anyway.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  plugins: [withoutNativeParts],
  // What CommonJS dependencies take for granted and an ES module does not have.
  banner: {
    js: [
      "import{createRequire as promhaRequire}from'node:module'",
      'const require=promhaRequire(import.meta.url),__dirname=import.meta.dirname,__filename=import.meta.filename',
    ].join(';'),
  },
  logLevel: 'warning',
})
await chmod(`${root}/dist/promha.js`, 0o755)
