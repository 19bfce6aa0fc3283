//! The words of a line.

use super::parse::Fault;

/// What is left of a line.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// Takes a line apart.
    pub(super) fn of(line: &'a str) -> Self {
        Self { rest: line }
    }

    /// Takes the next word; `None` at the end of the line.
    pub(super) fn next(&mut self) -> Result<Option<String>, Fault> {
        let text = self.rest.trim_start();
        if let Some(quoted) = text.strip_prefix('"') {
            return self.quoted(quoted).map(Some);
        }
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if word.contains('"') {
            return Err(Fault::Quote);
        }
        self.rest = rest;
        Ok(Some(word.to_owned()).filter(|word| !word.is_empty()))
    }

    /// Takes the next word, which must be there.
    pub(super) fn required(&mut self, what: &'static str) -> Result<String, Fault> {
        self.next()?.ok_or(Fault::Missing(what))
    }

    /// Takes a preposition and what follows it, if there is anything.
    pub(super) fn after(
        &mut self,
        preposition: &'static str,
        what: &'static str,
    ) -> Result<Option<String>, Fault> {
        match self.next()? {
            None => Ok(None),
            Some(word) if word == preposition => self.required(what).map(Some),
            Some(word) => Err(Fault::Surplus(word)),
        }
    }

    /// Takes the rest of the line as it is.
    pub(super) fn rest(&mut self) -> &'a str {
        std::mem::take(&mut self.rest).trim()
    }

    /// Refuses further words.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        match self.next()? {
            None => Ok(()),
            Some(word) => Err(Fault::Surplus(word)),
        }
    }

    fn quoted(&mut self, text: &'a str) -> Result<String, Fault> {
        let mut word = String::new();
        let mut characters = text.chars();
        loop {
            match characters.next().ok_or(Fault::Quote)? {
                '"' => break,
                '\\' => word.push(match characters.next() {
                    Some('n') => '\n',
                    Some(plain @ ('"' | '\\')) => plain,
                    _ => return Err(Fault::Quote),
                }),
                plain => word.push(plain),
            }
        }
        self.rest = characters.as_str();
        if self.rest.starts_with(|next: char| !next.is_whitespace()) {
            return Err(Fault::Quote);
        }
        Ok(word)
    }
}
