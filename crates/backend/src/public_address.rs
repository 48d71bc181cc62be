//! Which addresses a webhook may be sent to.
//!
//! An endpoint's name could lead into the shop's own network, also later than its check. So the address to which a connection is made is
//! judged, each time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How an endpoint is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// With TLS.
    Https,
    /// In the clear: only on this machine.
    Http,
}

/// Whether an endpoint may be on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopbackRule {
    /// The configuration allows it.
    Allowed,
    /// The default.
    Refused,
}

/// Whether an endpoint with these settings may be at `address`.
///
/// # Example
///
/// ```
/// use damage_report_backend::public_address::{LoopbackRule, Scheme, may_receive_webhooks};
///
/// assert!(may_receive_webhooks("9.9.9.9".parse()?, Scheme::Https, LoopbackRule::Refused));
/// assert!(!may_receive_webhooks("192.168.1.1".parse()?, Scheme::Https, LoopbackRule::Allowed));
/// assert!(may_receive_webhooks("127.0.0.1".parse()?, Scheme::Http, LoopbackRule::Allowed));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub fn may_receive_webhooks(address: IpAddr, scheme: Scheme, loopback: LoopbackRule) -> bool {
    if address.is_loopback() {
        return loopback == LoopbackRule::Allowed;
    }
    let is_public = match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    };
    is_public && scheme == Scheme::Https
}

/// None of IANA's special purposes (<https://www.iana.org/assignments/iana-ipv4-special-registry>), no multicast, nothing reserved.
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        // This network, private, loopback.
        [0 | 10 | 127, ..]
            // Shared by the customers of a provider (RFC 6598).
            | [100, 64..=127, ..]
            // Link-local, with the metadata of clouds.
            | [169, 254, ..]
            | [172, 16..=31, ..]
            // Protocol assignments, documentation.
            | [192, 0, 0 | 2, _]
            // Relays of 6to4.
            | [192, 88, 99, _]
            | [192, 168, ..]
            // Benchmarks.
            | [198, 18 | 19, ..]
            // Documentation.
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            // Multicast, reserved, broadcast.
            | [224..=255, ..]
    )
}

/// Global unicast alone (2000::/3), without what IANA has set apart in it. Everything that stands for an IPv4 address is outside or set
/// apart: mapped, compatible, NAT64, Teredo, 6to4.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let is_set_apart = matches!(
        segments,
        // Protocol assignments (2001::/23): Teredo, benchmarks, ORCHID.
        [0x2001, 0..=0x01ff, ..]
            // Documentation.
            | [0x2001, 0x0db8, ..]
            | [0x3fff, 0..=0x0fff, ..]
            // 6to4.
            | [0x2002, ..]
    );
    matches!(segments, [0x2000..=0x3fff, ..]) && !is_set_apart
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: [&str; 12] = [
        "9.9.9.9",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2620:fe::fe",
        "2001:200::1",
        "3fff:1000::1",
    ];

    /// Each with its kind.
    const NOT_PUBLIC: [(&str, &str); 42] = [
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "this network"),
        ("10.0.0.1", "private"),
        ("10.255.255.255", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "shared by a provider's customers"),
        ("100.127.255.255", "shared by a provider's customers"),
        ("169.254.0.1", "link-local"),
        ("169.254.169.254", "the metadata of clouds"),
        ("192.0.0.1", "protocol assignments"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("192.88.99.1", "relays of 6to4"),
        ("198.18.0.1", "benchmarks"),
        ("198.19.255.255", "benchmarks"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::ffff:10.0.0.1", "mapped, private"),
        ("::ffff:127.0.0.1", "mapped, loopback"),
        ("::ffff:9.9.9.9", "mapped, public"),
        ("::10.0.0.1", "compatible"),
        ("64:ff9b::10.0.0.1", "NAT64"),
        ("64:ff9b:1::10.0.0.1", "NAT64, local"),
        ("100::1", "discarded"),
        ("2001::1", "Teredo"),
        ("2001:2::1", "benchmarks"),
        ("2001:20::1", "ORCHID"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("2002:a00:1::1", "6to4 of 10.0.0.1"),
        ("fc00::1", "unique local"),
        ("fd12:3456::1", "unique local"),
        ("fe80::1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("5f00::1", "segment routing"),
    ];

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn public_addresses_receive_with_tls_alone() {
        for text in PUBLIC {
            assert!(may_receive_webhooks(address(text), Scheme::Https, LoopbackRule::Refused), "{text}");
            assert!(!may_receive_webhooks(address(text), Scheme::Http, LoopbackRule::Allowed), "{text}");
        }
    }

    #[test]
    fn no_address_inside_a_network_receives_whatever_is_allowed() {
        for (text, kind) in NOT_PUBLIC {
            for scheme in [Scheme::Https, Scheme::Http] {
                for loopback in [LoopbackRule::Allowed, LoopbackRule::Refused] {
                    assert!(!may_receive_webhooks(address(text), scheme, loopback), "{text}: {kind}");
                }
            }
        }
    }

    #[test]
    fn this_machine_receives_where_the_configuration_says_so() {
        for text in ["127.0.0.1", "127.255.255.254", "::1"] {
            for scheme in [Scheme::Https, Scheme::Http] {
                assert!(may_receive_webhooks(address(text), scheme, LoopbackRule::Allowed), "{text}");
                assert!(!may_receive_webhooks(address(text), scheme, LoopbackRule::Refused), "{text}");
            }
        }
    }
}
