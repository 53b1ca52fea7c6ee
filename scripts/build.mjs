/** Bundles src/cli/main.ts to dist/promha.js, in a few pieces (docs/decisions/one-bundle.md). */
import { readdirSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { tsImport } from 'tsx/esm/api'

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

/** Shell of `.sh` files is part of the bundle: promha as it is installed reads none of them. */
const withShell = {
  name: 'with shell',
  setup(plugins) {
    plugins.onLoad({ filter: /\/src\/shell\/syntax\/static\.ts$/ }, async ({ path }) => {
      const { staticShell } = await tsImport(path, import.meta.url)
      const files = readdirSync(`${root}src/shell`, { recursive: true }).filter(file => file.endsWith('.sh'))
      const texts = Object.fromEntries(files.map(file => [file, staticShell(file)]))
      return { contents: `const texts=${JSON.stringify(texts)};export const staticShell=file=>texts[file]` }
    })
  },
}

/** Packages that are large, and needed by some commands only. Their imports must be dynamic. */
const packages = ['execa', 'listr2', 'ssh2', 'undici']

/** What is loaded when it is used: `names` says from where. Everything else is in the file that needs it. */
function apart(names) {
  return {
    name: 'apart',
    setup(plugins) {
      plugins.onResolve({ filter: /./ }, ({ kind, path }) => {
        if (kind === 'dynamic-import' && names[path]) return { path: names[path], external: true }
      })
    },
  }
}

const shared = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names stay as they are: stack traces are read by people, and the size is that of the comments anyway.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  // What CommonJS dependencies take for granted and an ES module does not have.
  banner: {
    js: [
      "import{createRequire as promhaRequire}from'node:module'",
      'const require=promhaRequire(import.meta.url),__dirname=import.meta.dirname,__filename=import.meta.filename',
    ].join(';'),
  },
  logLevel: 'warning',
}

await rm(`${root}/dist`, { recursive: true, force: true })
await Promise.all([
  build({
    ...shared,
    entryPoints: { promha: 'src/cli/main.ts' },
    plugins: [
      apart({
        './program.ts': './chunks/program.js',
        './process/compile-cache.ts': './chunks/compile-cache.js',
      }),
    ],
  }),
  build({
    ...shared,
    entryPoints: {
      'chunks/program': 'src/cli/program.ts',
      'chunks/compile-cache': 'src/cli/process/compile-cache.ts',
    },
    plugins: [apart(Object.fromEntries(packages.map(name => [name, `./${name}.js`]))), withShell],
  }),
  build({
    ...shared,
    entryPoints: Object.fromEntries(packages.map(name => [`chunks/${name}`, name])),
    plugins: [withoutNativeParts],
  }),
])
await chmod(`${root}/dist/promha.js`, 0o755)
