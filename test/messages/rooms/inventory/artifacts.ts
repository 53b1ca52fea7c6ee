import { artifactsProblem } from '../../../../src/inventory/artifact/messages.ts'
import { samples } from '../../samples.ts'

export const artifactsSamples = samples(artifactsProblem, {
  noPort: [['mine']],
  emptySource: [['node_exporter']],
  unknownComponent: [
    [
      {
        of: 'versions',
        key: 'prometeus',
        released: ['prometheus', 'node_exporter'],
        aliases: ['node'],
        own: [],
      },
    ],
    [
      {
        of: 'versions',
        key: 'time',
        released: ['prometheus', 'node_exporter'],
        aliases: ['node'],
        own: ['mine'],
      },
    ],
  ],
  componentTwice: [['artifacts.components', 'node_exporter']],
  suiteWithoutDebian: [['artifacts.components.node']],
  badSuite: [['artifacts', 'the text "Debian 13"']],
  badKeyring: [
    ['keys/debian.gpg', 'does not exist', 'Paths are relative to the inventory.'],
    ['keys', 'is a directory', undefined],
  ],
  badMirror: [
    [
      'artifacts.from: expected upstream, debian, the URL of a mirror, or the path of a directory',
      'the text "ftp://mirror.example"',
    ],
  ],
  unknownSource: [
    [
      'artifacts.from: expected upstream, debian, the URL of a mirror, or the path of a directory',
      'the text "debain"',
      'debain',
    ],
  ],
  badVersion: [['3.x', 'prometheus', 'is not a version like 1.2.3']],
  differentPrograms: [['mine', 'us']],
  notInDebian: [
    ['chrony', 'chrony_exporter', 'Write "from: upstream" at artifacts.components.chrony, line 4.'],
  ],
  badOwnProgram: [
    ['mine', '.sha256 is not 64 hexadecimal digits', undefined],
    ['mine', '.program.repo is not OWNER/NAME of GitHub', 'Write it like "repo: prometheus/node_exporter".'],
  ],
})
