//! Kernels: 64 rows become the 64 bits of a word.
//!
//! Loops are written such that the compiler makes vector code of them for whichever machine it builds: a comparison of
//! eight-byte values gives masks that select a bit each, one of smaller values gives bytes that a multiplication puts
//! together (the trick with a magic factor: H. S. Warren 2013, Hacker's Delight, section 7-3).

/// Rows in a word.
pub(super) const BITS: usize = 64;

/// How many words so many rows take.
pub(super) const fn words(rows: usize) -> usize {
    rows.div_ceil(BITS)
}

/// The bits of a word that stand for rows, if so many rows are left.
pub(super) const fn tail(rows: usize) -> u64 {
    if rows >= BITS { u64::MAX } else { (1 << rows) - 1 }
}

/// Sets each word of `out` from 64 values; where fewer are left the other bits mean nothing.
#[inline(always)]
fn each_word<T: Copy>(values: &[T], out: &mut [u64], word: impl Fn(&[T; BITS]) -> u64) {
    let (blocks, rest) = values.as_chunks::<BITS>();
    let mut out = out.iter_mut();
    for (block, out) in blocks.iter().zip(&mut out) {
        *out = word(block);
    }
    if let (Some(first), Some(out)) = (rest.first(), out.next()) {
        let mut block = [*first; BITS];
        if let Some(start) = block.get_mut(..rest.len()) {
            start.copy_from_slice(rest);
        }
        *out = word(&block);
    }
}

/// A bit for each value that passes: for values of eight bytes.
#[inline(always)]
pub(super) fn pack_wide<T: Copy>(values: &[T], out: &mut [u64], test: impl Fn(T) -> bool) {
    each_word(values, out, |block| {
        let (mut found, mut bits) = ([0_u64; 4], [1_u64, 2, 4, 8]);
        let (fours, _) = block.as_chunks::<4>();
        for four in fours {
            for ((value, found), bit) in four.iter().zip(&mut found).zip(bits) {
                *found |= if test(*value) { bit } else { 0 };
            }
            for bit in &mut bits {
                *bit <<= 4;
            }
        }
        found[0] | found[1] | found[2] | found[3]
    });
}

/// A bit for each value that passes: for values of four bytes and less.
#[inline(always)]
pub(super) fn pack<T: Copy>(values: &[T], out: &mut [u64], test: impl Fn(T) -> bool) {
    each_word(values, out, |block| {
        let mut bytes = [0_u8; BITS];
        for (byte, value) in bytes.iter_mut().zip(block) {
            *byte = u8::from(test(*value));
        }
        gather(&bytes)
    });
}

/// The lowest bits of 64 bytes, of which the others are zero.
#[inline(always)]
pub(super) fn gather(bytes: &[u8; BITS]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    let mut word = 0;
    for eight in eights.iter().rev() {
        word = word << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    }
    word
}

/// Eight bits of each of 64 bytes as eight words: a matrix of bits, turned (Warren 2013, section 7-3).
#[inline(always)]
pub(super) fn turn(bytes: &[u8; BITS]) -> [u64; 8] {
    let mut turned = [[0_u8; 8]; 8];
    let (eights, _) = bytes.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let mut x = u64::from_le_bytes(*eight);
        let t = (x ^ (x >> 7)) & 0x00AA_00AA_00AA_00AA;
        x ^= t ^ (t << 7);
        let t = (x ^ (x >> 14)) & 0x0000_CCCC_0000_CCCC;
        x ^= t ^ (t << 14);
        let t = (x ^ (x >> 28)) & 0x0000_0000_F0F0_F0F0;
        x ^= t ^ (t << 28);
        for (word, byte) in turned.iter_mut().zip(x.to_le_bytes()) {
            if let Some(place) = word.get_mut(at) {
                *place = byte;
            }
        }
    }
    turned.map(u64::from_le_bytes)
}

/// The rows whose bit is set, counted from the first bit of the first word.
pub(super) fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            (left != 0).then(|| {
                left &= left - 1;
                at * BITS + bit
            })
        })
    })
}

/// Sets or clears a bit.
pub(super) fn put(words: &mut [u64], row: usize, on: bool) {
    if let Some(word) = words.get_mut(row / BITS) {
        let bit = 1 << (row % BITS);
        *word = if on { *word | bit } else { *word & !bit };
    }
}
