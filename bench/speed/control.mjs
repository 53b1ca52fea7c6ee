/** What the bench compares with: a whole Node process that logs in to every host with the same library, runs `true`. */
import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'

const [key, ...hosts] = process.argv.slice(2)
const privateKey = readFileSync(key)

await Promise.all(
  hosts.map(target => {
    const [username, host] = target.split('@')
    return new Promise((resolve, reject) => {
      const client = new ssh2.Client()
      client
        .on('ready', () => {
          client.exec('true', (error, channel) => {
            if (error) return reject(error)
            channel.on('close', () => {
              client.end()
              resolve()
            })
            channel.resume()
          })
        })
        .on('error', reject)
        // The lab's host keys were made a moment ago on this machine: nothing is learned by checking them here.
        .connect({ host, username, privateKey, hostVerifier: () => true })
    })
  }),
)
