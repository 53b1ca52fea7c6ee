import assert from 'node:assert/strict'
import { complete } from '../../../../roles/storage/checks/complete.ts'
import type { Held } from '../../../../roles/storage/checks/held.ts'
import { ages, feeding, members, up, verdict, whole } from './fed.ts'

const seen = (held: Readonly<Record<string, readonly Held[]>>) => verdict(complete(members, feeding), held)
const both = (one: readonly Held[], other: readonly Held[]) => seen({ 'vm-a': one, 'vm-b': other })
/** Without the samples of these ages. */
const holed = (from: number, to: number) => {
  const kept = ages(1805, 5).filter(age => age > from || age < to)
  return [up('a', kept), up('b', kept)]
}

describe('storage.complete', () => {
  it('passes where no step is longer than two intervals, and says the largest', () => {
    assert.equal(both(whole, whole).said, 'pass largest step 15.0 s')
    assert.equal(both(holed(505, 495), holed(505, 495)).said, 'pass largest step 30.0 s')
  })

  it('fails for a hole that no member fills, and says when it was', () => {
    const { said, remedy } = both(holed(530, 500), holed(530, 500))
    assert.equal(said, 'fail no member has a sample of up of mon-a:9090 for 60.0 s from 11:50:55 UTC')
    assert.match(remedy ?? '', /on mon-a, mon-b, and the log of the store on vm-a, vm-b\./)
  })

  it('is not waited for once a hole has ended so long ago that nothing late may fill it', () => {
    const settled = (from: number, to: number) => both(holed(from, to), holed(from, to)).settled
    assert.equal(settled(530, 500), true)
    assert.equal(settled(140, 70), true)
    assert.equal(settled(110, 50), false)
    const ongoing = [up('a', ages(1805, 36)), up('b', ages(1805, 6))]
    assert.equal(both(ongoing, ongoing).settled, false)
    // The hole stays, whatever becomes of what is going on now.
    const old = ongoing.map(one => ({ ...one, at: one.at.filter((_, index) => index < 60 || index > 65) }))
    assert.equal(both(old, old).settled, true)
  })

  it('warns of a hole that another member fills', () => {
    const { said } = both(whole, holed(590, 500))
    assert.equal(
      said,
      'warn largest step 15.0 s; vm-b lacks 120.0 s from 11:49:55 UTC, which another member has',
    )
    assert.match(both(holed(700, 650), holed(590, 500)).said, /^warn .*; vm-a lacks .*, vm-b lacks /)
  })

  it('fails where the holes of two members meet', () => {
    assert.match(both(holed(590, 500), holed(560, 400)).said, /^fail no member has .* for 90\.0 s /)
  })

  it('counts no hole that ended more than 15 minutes ago, and one that began before', () => {
    assert.match(both(holed(1100, 915), holed(1100, 915)).said, /^pass /)
    assert.match(both(holed(1100, 860), holed(1100, 860)).said, /^fail .* for 270\.0 s /)
  })

  it('counts from the first sample on', () => {
    const young = [up('a', ages(125, 5)), up('b', ages(95, 5))]
    assert.equal(both(young, young).said, 'pass largest step 15.0 s')
  })

  it('fails where nothing new comes', () => {
    const old = [up('a', ages(1805, 36)), up('b', ages(1805, 6))]
    assert.match(both(old, old).said, /^fail no member has a sample of up of mon-a:9090 for 50\.0 s since /)
    assert.match(both(old, whole).said, /^warn .*vm-a lacks 50\.0 s since 11:59:10 UTC/)
  })

  it('leaves what may still arrive uncounted', () => {
    const late = [up('a', [...ages(1805, 65), 19]), up('b', ages(1805, 5))]
    assert.match(both(late, late).said, /^pass /)
    const settled = [up('a', [...ages(1805, 65), 20]), up('b', ages(1805, 5))]
    assert.match(both(settled, settled).said, /^fail /)
  })

  it('judges those that answer, and says that the others did not', () => {
    assert.equal(seen({ 'vm-b': whole }).said, 'pass largest step 15.0 s, by 1 of 2 members')
    assert.equal(seen({}).said, 'fail victoriametrics on vm-a: it is silent')
  })

  it('fails where there is nothing to measure', () => {
    assert.equal(both([], []).said, 'fail there are no two samples of up of the replicas within an hour')
  })
})
