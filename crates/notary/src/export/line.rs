//! One line of an export: that it is canonical JSON (RFC 8785), and the header the checks need.
//!
//! Read in one pass without building a value, since a verifier reads every byte of a log.

use std::cmp::Ordering;
use std::ops::Range;

use crate::proof::MAX_SIZE;

/// The longest line a log writes is 60 KiB; anything beyond this is not read on.
pub(crate) const MAX_LINE: usize = 64 * 1024;

/// Objects and lists in one another, no deeper than this.
const MAX_DEPTH: u32 = 64;

/// How every moment is written: `2026-01-01T00:00:00.000000Z`, so moments compare as texts.
const MOMENT: &[u8; 27] = b"0000-00-00T00:00:00.000000Z";

/// A moment as a record has it.
pub(crate) type Moment = [u8; 27];

/// What the checks need of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Where the aggregate id stands, without its quotes. With the type it names the stream.
    pub(crate) aggregate_id: Range<usize>,
    /// Where the aggregate type stands, without its quotes.
    pub(crate) aggregate_type: Range<usize>,
    /// Sequence within the stream.
    pub(crate) sequence: u64,
    /// When the log took it.
    pub(crate) recorded_at: Moment,
    /// Whether it holds personal values, which are sealed.
    pub(crate) has_personal: bool,
}

/// Reads one line, given without its line break.
///
/// # Errors
/// Says in words what is wrong with it.
pub(crate) fn read(line: &[u8]) -> Result<Header, &'static str> {
    if line.len() > MAX_LINE {
        return Err("is longer than any record");
    }
    str::from_utf8(line).map_err(|_| "is not UTF-8")?;
    let mut scan = Scan { text: line, at: 0, has_personal: false };
    let (mut id, mut kind, mut sequence, mut recorded_at) = (None, None, None, None);
    scan.object(0, |key, value| match key {
        b"aggregate_id" => id = Some(value),
        b"aggregate_type" => kind = Some(value),
        b"sequence" => sequence = Some(value),
        b"recorded_at" => recorded_at = Some(value),
        _ => {}
    })?;
    if scan.at != line.len() {
        return Err(NOT_CANONICAL);
    }
    let (Some(id), Some(kind), Some(sequence), Some(recorded_at)) = (id, kind, sequence, recorded_at) else {
        return Err("lacks aggregate_id, aggregate_type, sequence or recorded_at");
    };
    let inner = |value: &Range<usize>| {
        (line.get(value.start) == Some(&b'"'))
            .then_some(value.start + 1..value.end - 1)
            .ok_or("has a header that is no text")
    };
    let sequence = str::from_utf8(&line[sequence]).ok().and_then(|digits| digits.parse::<u64>().ok());
    Ok(Header {
        aggregate_id: inner(&id)?,
        aggregate_type: inner(&kind)?,
        sequence: sequence.filter(|number| (1..=MAX_SIZE).contains(number)).ok_or("has a sequence that is none")?,
        recorded_at: moment(&line[inner(&recorded_at)?]).ok_or("has a recorded_at that is no moment of a log")?,
        has_personal: scan.has_personal,
    })
}

/// Whether this is canonical JSON, no deeper than a record.
pub(crate) fn is_canonical(text: &[u8]) -> bool {
    let mut scan = Scan { text, at: 0, has_personal: false };
    str::from_utf8(text).is_ok() && scan.value(0).is_ok() && scan.at == text.len()
}

/// The moment, when it is written as logs write it.
pub(crate) fn moment(text: &[u8]) -> Option<Moment> {
    let fits = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    let moment = Moment::try_from(text).ok()?;
    moment.iter().zip(MOMENT).all(fits).then_some(moment)
}

const NOT_CANONICAL: &str = "is not canonical JSON";

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    has_personal: bool,
}

impl Scan<'_> {
    fn value(&mut self, depth: u32) -> Result<(), &'static str> {
        match self.peek() {
            Some(b'{') => self.object(depth, |_, _| {}),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(drop),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            Some(_) => self.number(),
            None => Err(NOT_CANONICAL),
        }
    }

    fn object(&mut self, depth: u32, mut each: impl FnMut(&[u8], Range<usize>)) -> Result<(), &'static str> {
        self.enter(b'{', depth)?;
        if self.take(b'}') {
            return Ok(());
        }
        let mut last: Option<Text> = None;
        loop {
            let key = self.string()?;
            let text = self.text;
            if last.is_some_and(|last| compare_keys(text, &last, &key) != Some(Ordering::Less)) {
                return Err(NOT_CANONICAL);
            }
            self.word(b":")?;
            let start = self.at;
            self.value(depth + 1)?;
            let name = &text[key.inner()];
            self.has_personal |= name == b"$personal";
            each(name, start..self.at);
            last = Some(key);
            if !self.take(b',') {
                return self.word(b"}");
            }
        }
    }

    fn list(&mut self, depth: u32) -> Result<(), &'static str> {
        self.enter(b'[', depth)?;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if !self.take(b',') {
                return self.word(b"]");
            }
        }
    }

    /// A string. Only what must be escaped may be, in the shortest way.
    fn string(&mut self) -> Result<Text, &'static str> {
        let start = self.at;
        let mut is_plain = true;
        self.word(b"\"")?;
        loop {
            is_plain &= self.skip_ordinary();
            match self.text.get(self.at..) {
                Some([b'"', ..]) => {
                    self.at += 1;
                    return Ok(Text { start, end: self.at, is_plain });
                }
                Some([b'\\', b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..]) => self.at += 2,
                Some([b'\\', b'u', b'0', b'0', high @ (b'0' | b'1'), low @ (b'0'..=b'9' | b'a'..=b'f'), ..])
                    if *high == b'1' || !matches!(low, b'8' | b'9' | b'a' | b'c' | b'd') =>
                {
                    self.at += 6;
                }
                Some(_) | None => return Err(NOT_CANONICAL),
            }
            is_plain = false;
        }
    }

    /// Goes on to the next quote, backslash or control character, eight bytes at a time. Says whether all was ASCII.
    fn skip_ordinary(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let (words, tail) = rest.as_chunks::<8>();
        let mut beyond_ascii = 0;
        for (n, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let special = special_bytes(word);
            if special != 0 {
                let before = special.trailing_zeros() / 8;
                self.at += n * 8 + before as usize;
                return (beyond_ascii | word & HIGH_BITS & !(u64::MAX << (before * 8))) & HIGH_BITS == 0;
            }
            beyond_ascii |= word;
        }
        let ordinary = tail.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count();
        self.at += words.len() * 8 + ordinary;
        beyond_ascii & HIGH_BITS == 0 && tail[..ordinary].is_ascii()
    }

    fn number(&mut self) -> Result<(), &'static str> {
        let rest = &self.text[self.at..];
        let length =
            rest.iter().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).count();
        let token = &rest[..length];
        self.at += length;
        let digits = token.strip_prefix(b"-").unwrap_or(token);
        // Up to 15 digits every whole number is its own canonical text.
        let is_plain =
            matches!(digits, [b'1'..=b'9', more @ ..] if more.len() < 15 && more.iter().all(u8::is_ascii_digit));
        if is_plain || token == b"0" || is_canonical_number(token) { Ok(()) } else { Err(NOT_CANONICAL) }
    }

    fn enter(&mut self, bracket: u8, depth: u32) -> Result<(), &'static str> {
        if depth < MAX_DEPTH && self.take(bracket) { Ok(()) } else { Err(NOT_CANONICAL) }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), &'static str> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(NOT_CANONICAL)
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
}

/// Where a string stands, its quotes included.
struct Text {
    start: usize,
    end: usize,
    /// Whether it is ASCII without escapes.
    is_plain: bool,
}

impl Text {
    fn inner(&self) -> Range<usize> {
        self.start + 1..self.end - 1
    }
}

const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Marks the first byte, counted from the lowest, that is a quote, a backslash or a control character, in its high bit. Bits
/// above the first mean nothing.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH_BITS;
    let is_control = word.wrapping_sub(ONES * 0x20) & !word & HIGH_BITS;
    is_zero(word ^ (ONES * b'"' as u64)) | is_zero(word ^ (ONES * b'\\' as u64)) | is_control
}

/// RFC 8785 orders keys by their UTF-16 code units; for plain ASCII that is the order of their bytes.
fn compare_keys(text: &[u8], one: &Text, two: &Text) -> Option<Ordering> {
    if one.is_plain && two.is_plain {
        return Some(text[one.inner()].cmp(&text[two.inner()]));
    }
    let read = |key: &Text| serde_json::from_slice::<String>(&text[key.start..key.end]).ok();
    Some(read(one)?.encode_utf16().cmp(read(two)?.encode_utf16()))
}

fn is_canonical_number(token: &[u8]) -> bool {
    let Ok(token) = str::from_utf8(token) else { return false };
    let value = token.parse::<f64>().ok().filter(|value| value.is_finite());
    value.and_then(|value| serde_json_canonicalizer::to_string(&value).ok()).is_some_and(|text| text == token)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn line(payload: &Value) -> String {
        let record = json!({
            "aggregate_id": "019c-1", "aggregate_type": "trajectory", "event_type": "Told", "event_version": 1,
            "metadata": {"actor": "a"}, "payload": payload, "recorded_at": "2026-01-01T00:00:00.000000Z", "sequence": 7,
        });
        serde_json_canonicalizer::to_string(&record).unwrap()
    }

    #[test]
    fn the_header_of_a_record_is_read() {
        let line = line(&json!({"name": {"$personal": "s", "sealed": "v1"}}));
        let header = read(line.as_bytes()).unwrap();
        assert_eq!((&line[header.aggregate_id], &line[header.aggregate_type]), ("019c-1", "trajectory"));
        assert_eq!((header.sequence, header.has_personal), (7, true));
        assert_eq!(&header.recorded_at, b"2026-01-01T00:00:00.000000Z");
    }

    #[test]
    fn the_same_json_written_otherwise_is_refused() {
        let line = line(&json!({"a": 1, "b": [true, null, "x\n\u{1}é"], "c": 1.5e30}));
        assert!(read(line.as_bytes()).is_ok());
        for (canonical, otherwise) in [
            ("\"a\":1", "\"a\": 1"),
            ("\"a\":1", "\"a\":1.0"),
            ("\"a\":1", "\"a\":01"),
            ("\"a\":1", "\"a\":-0"),
            ("\"a\":1", "\"a\":1e0"),
            ("\"a\":1", "\"a\":9007199254740993"),
            ("\"a\":1", "\"b\":1"),
            ("\"a\":1", "\"c\":1"),
            ("1.5e+30", "1.5e30"),
            ("1.5e+30", "inf"),
            ("\\n", "\\u000a"),
            ("\\u0001", "\\u0001\\/"),
            ("é", "\\u00e9"),
            ("\"x", "\"\\u0041"),
            ("null", "nul"),
            ("7}", "7,}"),
        ] {
            let changed = line.replacen(canonical, otherwise, 1);
            assert_ne!(changed, line, "{canonical}");
            assert!(read(changed.as_bytes()).is_err(), "{changed}");
        }
        assert!(read(format!("{line} ").as_bytes()).is_err());
    }

    #[test]
    fn keys_stand_in_the_order_of_utf_16() {
        assert!(read(line(&json!({"\u{ffff}": 1, "\u{10000}": 2, "\"": 3})).as_bytes()).is_ok());
    }

    #[test]
    fn a_line_that_is_no_record_is_refused() {
        for wrong in [r#"{"a":1}"#, "[]", "", "{", "\u{7f}"] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let record = line(&json!({}));
        for (right, wrong) in [
            ("00:00:00.000000Z", "00:00:00Z"),
            ("\"sequence\":7", "\"sequence\":\"7\""),
            ("\"sequence\":7", "\"sequence\":0"),
            ("\"sequence\":7", "\"sequence\":9007199254740994"),
            ("\"019c-1\"", "19"),
            ("\"trajectory\"", "[]"),
        ] {
            assert!(read(record.replacen(right, wrong, 1).as_bytes()).is_err(), "{wrong}");
        }
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let number = prop_oneof![any::<i32>().prop_map(Value::from), any::<f64>().prop_map(Value::from)];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            number,
            any::<String>().prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..5).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_the_canonicalizer_writes_is_canonical(payload in any_json()) {
            prop_assert!(read(line(&payload).as_bytes()).is_ok());
        }

        #[test]
        fn a_byte_taken_out_or_put_in_never_reads_as_another_way_of_the_same(payload in any_json(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let line = line(&payload);
            let mut changed = line.clone().into_bytes();
            changed.insert(at.index(line.len()), byte);
            if read(&changed).is_ok() {
                // What reads must be canonical: writing it again gives the same bytes.
                let value: Value = serde_json::from_slice(&changed).unwrap();
                prop_assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap().into_bytes(), changed);
            }
        }
    }
}
