//! `impl_customer!`: a struct becomes a customer in one line.

/// Implements [`Customer`](crate::customer::Customer) for a struct by naming its fields.
///
/// `id` is a field that is a whole number, a `String` or a `&str`; each attribute is a field whose type is
/// [`AsValue`](crate::value::AsValue), under its own name or, behind `=>`, under another; `events` is a
/// field that is a list of [`AsEvent`](crate::history::AsEvent), oldest first.
///
/// ```
/// use segmentry::customer::Customer;
/// use segmentry::time::Day;
/// use segmentry::value::Value;
///
/// struct Shopper {
///     number: u32,
///     age: Option<u8>,
///     city: String,
///     orders: Vec<(Day, f64)>,
/// }
/// segmentry::impl_customer!(Shopper { id: number, attributes: [age, city => "town"], events: orders });
///
/// let shopper = Shopper { number: 7, age: None, city: "Lyon".to_owned(), orders: vec![(Day::new(2026, 10, 3)?, 20.0)] };
/// assert_eq!(shopper.value("town"), Value::Text("Lyon"));
/// assert_eq!(shopper.value("age"), Value::Missing);
/// assert_eq!(shopper.attributes(), ["age", "town"]);
/// assert_eq!(shopper.event_count(), 1);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[macro_export]
macro_rules! impl_customer {
    ($type:ty { id: $id:ident, attributes: [$($field:ident $(=> $name:literal)?),* $(,)?] $(, events: $events:ident)? $(,)? }) => {
        impl $crate::customer::Customer for $type {
            fn id(&self) -> $crate::value::Id<'_> {
                $crate::value::Id::from(&self.$id)
            }

            fn value(&self, attribute: &str) -> $crate::value::Value<'_> {
                $(
                    if attribute == $crate::impl_customer!(@name $field $($name)?) {
                        return $crate::value::AsValue::as_value(&self.$field);
                    }
                )*
                let _ = attribute;
                $crate::value::Value::Missing
            }

            fn attributes(&self) -> ::std::vec::Vec<&str> {
                ::std::vec![$($crate::impl_customer!(@name $field $($name)?)),*]
            }

            $(
                fn event_count(&self) -> usize {
                    self.$events.len()
                }

                fn event(&self, index: usize) -> ::std::option::Option<$crate::history::Event<'_>> {
                    self.$events.get(index).map($crate::history::AsEvent::as_event)
                }
            )?
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}
