/** Why a release cannot be made. */
import semver from 'semver'

/** All reasons at once; none where it can be made. `status` and `tags` are git's, `changelog` the text of the release. */
export function refusals({ version, current, status, tags, changelog }) {
  const reasons = []
  if (semver.valid(version) !== version)
    reasons.push(`expected a version like 1.2.3, saw ${JSON.stringify(version)}`)
  else if (!semver.gt(version, current))
    reasons.push(`${version} is not greater than ${current}, the current version`)
  if (tags.includes(`v${version}`)) reasons.push(`the tag v${version} exists already`)
  if (status !== '') reasons.push(`the checkout has changes that are not committed:\n${status}`)
  if (changelog === undefined) reasons.push('CHANGELOG.md has no changes under "## Unreleased"')
  return reasons
}
