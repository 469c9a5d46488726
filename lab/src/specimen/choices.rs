//! Who chooses, where a specimen can be one thing or another.

/// Who makes the choices: draws a number below the one given, which is never 0.
pub(super) struct Choices<'a>(pub(super) &'a mut dyn FnMut(u32) -> u32);

impl Choices<'_> {
    /// A number below that bound, or 0 if the bound is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 { 0 } else { (self.0)(bound) }
    }

    pub(super) fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == times - 1
    }

    pub(super) fn octet(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or(0)
    }

    /// An octet from the first to the last of a range.
    pub(super) fn octet_from(&mut self, first: u8, last: u8) -> u8 {
        let more = self.below(u32::from(last - first) + 1);
        first + u8::try_from(more).unwrap_or(0)
    }

    /// A place in something so long.
    pub(super) fn index(&mut self, len: usize) -> usize {
        let bound = u32::try_from(len).unwrap_or(u32::MAX);
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// One of these, or the default of what they are if there is none.
    pub(super) fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        of.get(self.index(of.len())).copied().unwrap_or_default()
    }
}
