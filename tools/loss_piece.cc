#include "tools/loss_piece.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ladder {
namespace {

// Fowler, Noll and Vo's hash.
class Hash {
 public:
  void Add(uint64_t number) { value_ = (value_ ^ number) * 1099511628211u; }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 14695981039346656037u;
};

// Which relus are on. h: null at the top.
void AddSigns(Variable h, Hash* hash) {
  if (!h) return;
  for (int64_t i = 0; i < h.value().size(); ++i) hash->Add(h.value()[i] > 0 ? 1 : 0);
}

// Which value each window takes. x: [rows, height, width, channels], y: the maxima.
void AddMaxima(const MaxPool& pool, Tensor x, const Shape& y, Hash* hash) {
  const Shape& in = x.shape();
  for (int64_t i = 0; i < y.size(); ++i) {
    const int64_t channel = i % y[3];
    const int64_t left = i / y[3] % y[2] * pool.stride();
    const int64_t top = i / y[3] / y[2] % y[1] * pool.stride();
    const int64_t row = i / y[3] / y[2] / y[1];
    int64_t largest = -1;
    for (int64_t h = top; h < std::min(top + pool.window(), in[1]); ++h) {
      for (int64_t w = left; w < std::min(left + pool.window(), in[2]); ++w) {
        const int64_t at = ((row * in[1] + h) * in[2] + w) * in[3] + channel;
        if (largest < 0 || x[at] > x[largest]) largest = at;
      }
    }
    hash->Add(static_cast<uint64_t>(largest));
  }
}

// Which leaky relus are on in the perceptrons that combine z and u at a level.
void AddHiddenUnits(const DecoderLevel& level, Tensor z, Tensor u, Hash* hash) {
  const int64_t n = u.shape().cols();
  const Tensor a = level.a->value();
  for (int64_t i = 0; i < u.size(); ++i) {
    std::vector<Real> below = {u[i], z[i]};
    if (level.config.combinator() == Decoder::AMLP) below.push_back(u[i] * z[i]);
    int64_t at = i % n;  // in `a`, of this unit's next parameter
    for (const int32_t units : level.config.hidden_units()) {
      std::vector<Real> layer;
      for (int32_t k = 0; k < units; ++k) {
        Real sum = 0;
        for (const Real x : below) {
          sum += a[at] * x;
          at += n;
        }
        sum += a[at];
        at += n;
        hash->Add(sum > 0 ? 1 : 0);
        layer.push_back(sum > 0 ? sum : Real{0.1} * sum);
      }
      below = std::move(layer);
    }
  }
}

}  // namespace

uint64_t LossPiece(const LadderModel& model, const LadderStep& step) {
  Hash hash;
  for (const auto* path : {&step.corrupted, &step.clean}) {
    for (int l = 1; l < static_cast<int>(path->size()); ++l) {
      const Layer& layer = model.encoder().layer(l).config;
      if (layer.has_max_pool()) {
        AddMaxima(layer.max_pool(), (*path)[l - 1].h.value(), (*path)[l].z.shape(), &hash);
      }
      if (layer.activation() != Layer::LINEAR) AddSigns((*path)[l].h, &hash);
    }
  }
  for (const Variable h : step.perturbed_h) AddSigns(h, &hash);
  for (int l = 0; l < static_cast<int>(step.decoded.size()); ++l) {
    const Variable u = step.decoded[l].u;
    if (!u) continue;
    const Tensor z = step.corrupted[l].z.value();  // of all rows, the decoded ones last
    const int64_t rows = z.shape()[0];
    AddHiddenUnits(model.decoder().level(l), z.Rows(rows - u.shape()[0], rows), u.value(), &hash);
  }
  return hash.value();
}

}  // namespace ladder
