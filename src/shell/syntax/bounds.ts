/**
 * The limits on how much one host may answer; how long a shown word may be stands where it is shown. Each is far above
 * what a healthy host sends, so only a broken or hostile one meets it. What is limited here is also handled in pieces that
 * are short enough for signals and locks to be served meanwhile.
 */
const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/** Bytes of stdout of one command, unless its caller allows more. A probe of 10 000 files prints 2 MB. */
export const usualOutput = 4 * mebibyte

/** Bytes of stderr that are kept of one command: its end, which says why it failed. */
export const keptErrors = 64 * kibibyte

/** Bytes of stderr of one command. The scripts send what package managers print to files. */
export const mostErrors = mebibyte

/** Bytes before a script has started: what a login shell, its start-up files and sudo print. A long message of the day has 10 kB. */
export const mostNoise = mebibyte

/** Bytes that are kept of that: its end, which may say why no script was started. */
export const keptNoise = 2 * kibibyte

/** Lines of one command's output. The old text of the files that a plan replaces takes 70 000. */
export const mostLines = 250_000

/** Characters of one line of such output. A path has 4096 at most, three times that when percent-encoded. */
export const longestLine = 64 * kibibyte

/** Components, unfinished changes or other names of which a host tells by the dozen at most. */
export const mostNames = 200

/** Addresses of one host. One that runs containers has hundreds. */
export const mostAddresses = 4_096

/** Things that promha owns of one component on one host. A cell with 500 target files owns 1500. */
export const mostOwned = 20_000

/** Bytes of old text that a plan reads from one host for its diffs. 500 target files have 2 MB. */
export const mostOldText = 4 * mebibyte

/** Lines that differ between two texts. More take over half a second to find, and such a diff is too long to read. */
export const mostEdits = 1_500

/** Comparisons of lines for all diffs of one host: two texts that differ by {@link mostEdits}, or thousands of usual ones. */
export const mostComparisons = 2 * mostEdits ** 2

/** Characters of a line of old text that is shown. What promha and people write is read by people. */
export const longestShownLine = 8 * kibibyte

/** Characters of old texts of one host that turn out to be invalid YAML: to find all their faults takes two seconds. */
export const mostInvalidText = 256 * kibibyte

/** Bytes of one HTTP answer. `/api/v1/targets` of a Prometheus with 50 000 targets has 50 MB. */
export const largestAnswer = 64 * mebibyte

/** Bytes of the head of an HTTP answer, as Node's own client takes them. */
export const largestHead = 16 * kibibyte

/** Characters of all HTTP answers of one host in one round of questions. */
export const mostAnswers = 2 * largestAnswer

/** Values in one JSON answer: each takes some 50 bytes of memory. 50 000 targets have 3 million. */
export const mostValues = 4_000_000

/** Levels of one JSON answer inside each other. Prometheus' and Alertmanager's have 8. */
export const deepestAnswer = 64

/** Milliseconds for which a replay of a log is watched as long as it goes on. The longest known take an hour. */
export const longestReplay = 4 * 3_600_000

/** Bytes that are read of one unit, environment file or command line of a program that is taken over. */
export const mostOfCommand = 32 * kibibyte

/** Bytes of configs and rules that are read from one host on which a program is taken over. To parse them takes two seconds. */
export const mostFoundText = mebibyte

/** Files of configs and rules that are read there. */
export const mostFoundFiles = 1_000

/** Ports of one service that are told. Most exporters have one. */
export const mostPorts = 5

/** Lines of an Alertmanager's journal that are searched. One whose receivers all fail writes some hundred a minute. */
export const mostJournal = 20_000

/** Lines about failed notifications that are sent. The last one of each receiver is told, and few have more than a dozen. */
export const mostNotifyFailures = 100

/** Bytes of such a line. The error comes last, behind the labels of the group, which have a few hundred. */
export const longestNotifyFailure = 8_000

/** Seconds in which a program takes or refuses its flags. It does so before anything else, in less than one. */
export const longestFlagCheck = 60

/** Bytes of what it says of one flag: the reason comes first, the usage text behind it does not help. */
export const mostOfFlagCheck = 4_000
