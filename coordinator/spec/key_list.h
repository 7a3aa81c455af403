// Keys that are made, not written: those that several sections share. What is added stays for ever.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "coordinator/spec/addon_defaults.h"
#include "coordinator/spec/schema.h"

namespace devstats::spec {

class KeyList {
 public:
  // All its paths begin with `root`.
  explicit KeyList(absl::string_view root = "addons") : root_(root) {}
  // "ROOT.PREFIX.NAME"; without a name "ROOT.PREFIX".
  const char* Path(absl::string_view prefix, absl::string_view name = "");
  const char* Text(std::string text) { return texts_.emplace_back(std::move(text)).c_str(); }
  void Add(Key key) { keys_.push_back(key); }

  // The section of an add-on and what every add-on has: chart, repository, version, digest, values, images,
  // timeout, and namespace if its defaults name one. `begin` makes the add-on, `of` finds it.
  template <AddonSpec& (*of)(Draft&)>
  void AddAddon(const AddonDefaults& addon, void (*begin)(Draft&, Value&&));

  const std::vector<Key>& keys() const { return keys_; }

 private:
  template <AddonSpec& (*of)(Draft&)>
  void AddChart(const AddonDefaults& addon);

  const std::string root_;
  std::deque<std::string> texts_;
  std::vector<Key> keys_;
};

void AddStorageAddons(KeyList* keys);      // openebs, nfs
void AddNetworkAddons(KeyList* keys);      // metallb, ingressNginx
void AddCertificateAddons(KeyList* keys);  // certManager, dashboard

template <AddonSpec& (*of)(Draft&)>
void KeyList::AddAddon(const AddonDefaults& addon, void (*begin)(Draft&, Value&&)) {
  const char* key = addon.key;
  Add({.path = Path(key), .type = Type::kSection, .optional = true, .meaning = addon.meaning, .set = begin});
  AddChart<of>(addon);
  Add({.path = Path(key, "values"),
       .type = Type::kTree,
       .meaning = "More values of the chart, over those that we give it.",
       .example = "{replicas: 2}",
       .set = [](Draft& d, Value&& v) { of(d).chart.values = std::move(v.tree); }});
  Add({.path = Path(key, "images"),
       .type = Type::kTextMap,
       .grammar = &kPinnedImage,
       .key_grammar = addon.image_names,
       .meaning = "Images by digest, so that no registry can give another one.",
       .example = addon.image_example,
       .set = [](Draft& d, Value&& v) {
         of(d).images = {v.map.begin(), v.map.end()};
       }});
  Add({.path = Path(key, "timeout"),
       .fallback = addon.timeout,
       .grammar = &kDuration,
       .meaning = "Of each wait and hook.",
       .example = "10m",
       .set = [](Draft& d, Value&& v) { of(d).timeout = v.text; }});
  if (*addon.name_space == '\0') return;
  Add({.path = Path(key, "namespace"),
       .fallback = addon.name_space,
       .grammar = &kDnsLabel,
       .meaning = "Where it is installed.",
       .example = addon.name_space,
       .set = [](Draft& d, Value&& v) { of(d).namespace_ = v.text; }});
}

template <AddonSpec& (*of)(Draft&)>
void KeyList::AddChart(const AddonDefaults& addon) {
  Add({.path = Path(addon.key, "chart"),
       .fallback = addon.chart,
       .grammar = &kChartReference,
       .meaning = "Its chart, named as that of a release.",
       .example = addon.chart,
       .set = [](Draft& d, Value&& v) { of(d).chart.chart = v.text; }});
  Add({.path = Path(addon.key, "repository"),
       .grammar = &kChartRepositoryUrl,
       .meaning = Text("The URL of the chart repository in which the chart's name is looked up; " +
                       std::string(addon.repository) + " unless it is given."),
       .example = Text("\"" + std::string(addon.repository) + "\""),
       .set = [](Draft& d, Value&& v) { of(d).chart.repository = v.text; }});
  Add({.path = Path(addon.key, "version"),
       .fallback = addon.version,
       .grammar = &kChartVersion,
       .meaning = "The chart's version, exactly. A chart at a path must have it, too: the values follow it.",
       .example = addon.version,
       .set = [](Draft& d, Value&& v) { of(d).chart.version = v.text; }});
  Add({.path = Path(addon.key, "digest"),
       .grammar = &kDigest,
       .meaning =
           "SHA-256 of the chart's archive, or of its manifest in a registry, so that it is what you have "
           "read. "
           "Must be given unless the chart is a path: `devstatsctl chart pull` gets the archive, `sha256sum` "
           "prints it.",
       .example = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       .set = [](Draft& d, Value&& v) { of(d).chart.digest = v.text; }});
}

}  // namespace devstats::spec
